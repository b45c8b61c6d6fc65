"""Rasa's model: trained from the same files as the embedded engine's, again only when they have changed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from bot.rasa.environment import REQUIREMENTS, ROOT, NoRasa, locked, variables
from nlu import config

DOMAIN = ROOT / "nlu" / "domain.yml"
_NAME = "nlu"


def data() -> Path:
    """The folder with the training data in the language of the pipeline."""
    return config.DATA / config.read().language


def model_path(folder: Path, pipeline: Path | None = None) -> Path:
    """Where in ``folder`` the model lies or would lie that is trained from the files as they are now."""
    digest = hashlib.sha256()
    for path in (REQUIREMENTS, pipeline or config.find(), *sorted(data().glob("*.yml"))):
        content = path.read_bytes() if path.is_file() else b""  # REQUIREMENTS is there in a checkout alone
        digest.update(path.name.encode() + b"\0" + content + b"\0")
    return folder / f"{_NAME}-{digest.hexdigest()[:12]}.tar.gz"


def train(
    commands: Path, folder: Path, say: Callable[[str], None] = lambda _: None, pipeline: Path | None = None
) -> Path:
    """The model in ``folder``, trained with the Rasa in ``commands`` where it is not there; older ones are removed.

    ``pipeline`` stands in for config.yml. Raises NoRasa.
    """
    with locked(folder / _NAME):
        model = model_path(folder, pipeline)
        if model.is_file():
            return model
        say(f"Training Rasa into {model} (some minutes) …")
        with tempfile.TemporaryDirectory(prefix="training-", dir=folder) as unfinished:
            log = Path(unfinished) / "log"
            wanted = ["--nlu", str(data()), "--config", str(pipeline or config.find())]
            out = ["--out", unfinished, "--fixed-model-name", _NAME]
            _run([str(commands / "rasa"), "train", "nlu", *wanted, *out], log, Path(unfinished))
            os.replace(Path(unfinished) / f"{_NAME}.tar.gz", model)
    for other in folder.glob(f"{_NAME}-*.tar.gz"):
        if other != model:
            other.unlink(missing_ok=True)
    return model


def _run(command: list[str], log: Path, folder: Path) -> None:
    with log.open("wb") as written:
        done = subprocess.run(  # noqa: S603
            command, cwd=folder, env=dict(variables()), stdout=written, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode or not (folder / f"{_NAME}.tar.gz").is_file():
        told = log.read_text("utf-8", "replace").strip().splitlines()[-5:]
        raise NoRasa(f"Rasa could not be trained; it said: {' / '.join(told)}")
