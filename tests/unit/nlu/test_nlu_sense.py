"""An engine with a sentence encoder: the same from its cache, doubtful about what lies far off, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from domain.meaning import OUT_OF_SCOPE
from nlu import cache, crf, lists, training
from nlu.concepts import Concepts
from nlu.config import DATA
from nlu.embedded import Embedded
from nlu.encoder import Encoder, Vectors
from nlu.remembered import Remembered
from nlu.sense import WEIGHT, _apart, learn, principal
from nlu.training_data import Example, TrainingData, read_folder
from tests.encoding import NoEncoder, folder, small_encoder
from tests.needs import missing
from tests.unit.nlu.conftest import BERLIN, NOW
from tests.unit.nlu.test_nlu_engine import SMALL


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return small_encoder(tmp_path_factory.mktemp("sense") / "small")


@pytest.fixture(scope="module")
def real() -> Encoder:
    try:
        return Encoder(folder())
    except NoEncoder as reason:
        missing("encoder", reason)


def test_probabilities_of_a_text_are_those_in_training_with_vectors_too(small: Encoder) -> None:
    model = training.train(SMALL, lists.read(DATA, "en"), own=True, remembered=Remembered(small, None))
    readings = [model.reader.read(each.text) for each in SMALL.examples]
    vectors = Remembered(small, None).embed_all([model.reader.corrected(each) for each in readings])
    vectors = vectors @ principal(vectors)
    blocks = [training.Features.of(readings)[1], WEIGHT * vectors]
    expected = training.fit(blocks, [each.intent for each in SMALL.examples]).shares(blocks)
    for row, reading in enumerate(readings):
        shares = model.probabilities(reading)
        assert shares.sum() <= 1 + 1e-9
        np.testing.assert_allclose(
            shares / shares.sum(), expected[row], atol=0.02
        )  # vectors alone differ by 8-bit steps


def test_a_model_with_an_encoder_comes_back_from_its_file_with_that_encoder_only(
    small: Encoder, tmp_path: Path
) -> None:
    words = lists.read(DATA, "en")
    model = training.train(SMALL, words, own=True, remembered=Remembered(small, None))
    cache.save(model, tmp_path / "model.npz")

    def loaded(encoder: Encoder | None):
        return cache.load(
            tmp_path / "model.npz", Concepts(words.concepts, words.language), lists.lexicon(words), encoder
        )

    assert loaded(None) is None
    again = loaded(small)
    assert again is not None
    for example in SMALL.examples:
        reading = model.reader.read(example.text)
        assert np.array_equal(again.probabilities(reading), model.probabilities(reading))


def test_a_model_without_an_encoder_is_not_taken_for_one_with(small: Encoder, tmp_path: Path) -> None:
    words = lists.read(DATA, "en")
    cache.save(training.train(SMALL, words, own=True), tmp_path / "model.npz")
    concepts, lexicon = Concepts(words.concepts, words.language), crf.Lexicon.of({}, words.language)
    assert cache.load(tmp_path / "model.npz", concepts, lexicon) is not None
    assert cache.load(tmp_path / "model.npz", concepts, lexicon, small) is None


def test_vectors_of_examples_are_remembered(small: Encoder, tmp_path: Path) -> None:
    texts = [example.text for example in SMALL.examples]
    first = Remembered(small, tmp_path)
    given = first.embed_all(texts)
    first.keep()
    (path,) = tmp_path.iterdir()
    again = Remembered(small, tmp_path)
    assert np.array_equal(again.embed_all(texts), given)
    before = path.stat().st_mtime_ns
    again.keep()
    assert path.stat().st_mtime_ns == before  # nothing was new
    path.write_bytes(path.read_bytes()[:100])
    assert np.allclose(Remembered(small, tmp_path).embed_all(texts), given, atol=0.2)


def test_vectors_that_another_process_kept_meanwhile_stay(small: Encoder, tmp_path: Path) -> None:
    one, other = Remembered(small, tmp_path), Remembered(small, tmp_path)
    one.embed_all(["where is my order"])
    other.embed_all(["good morning"])
    one.keep()
    other.keep()
    again = Remembered(small, tmp_path)
    again.embed_all(["where is my order", "good morning"])
    before = next(tmp_path.iterdir()).stat().st_mtime_ns
    again.keep()
    assert next(tmp_path.iterdir()).stat().st_mtime_ns == before  # both were known


class Noting(Encoder):
    """An encoder that notes the texts it is given."""

    noted: tuple[str, ...] = ()

    def embed_all(self, texts: Sequence[str]) -> Vectors:
        self.noted += tuple(texts)
        return super().embed_all(texts)


def test_what_several_have_in_common_is_embedded_once(tmp_path: Path) -> None:
    small_encoder(tmp_path)
    noting = Noting(tmp_path)
    common, texts = Remembered(noting, None), [example.text for example in SMALL.examples]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(common.embed_all, [texts] * 8))
    assert sorted(noting.noted) == sorted(set(texts))
    assert all(np.array_equal(each, found[0]) for each in found)


def test_the_nearest_other_one_is_found_among_many() -> None:
    vectors = (
        np.random.RandomState(1).normal(size=(2_500, 8)).astype(np.float32)
    )  # more than a block, and no whole blocks
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    assert np.allclose(_apart(vectors), cosines.max(1), atol=1e-6)


def test_doubt_takes_from_what_is_far_from_all_examples(small: Encoder) -> None:
    vectors = np.eye(6, 32, dtype=np.float32) + 0.5
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    weights = np.zeros((32, 2), np.float32)
    shares = np.array([0.9, 0.1])
    far = np.zeros(32, np.float32)
    far[31] = -1.0
    for intents, doubted in ((["a"] * 6, 0.0), (["a"] * 4 + [OUT_OF_SCOPE] * 2, 1.0)):
        sense = learn(small, weights, vectors, intents)
        labels = ("a", "b") if doubted == 0.0 else ("a", OUT_OF_SCOPE)
        assert sense.nearest(vectors[0]) == pytest.approx(1.0, abs=0.01)
        assert sense.doubted(shares, labels, vectors[0]) == pytest.approx(shares, abs=0.1)
        assert sense.doubted(shares, labels, far) == pytest.approx([0.0, doubted], abs=0.01)


def test_languages_of_no_encoder_are_read_without_it(small: Encoder, tmp_path: Path) -> None:
    assert small.languages == {"en"}
    engine = Embedded.load(languages=["es"], training=SMALL, encoder=small)
    assert all(model.sense is None for model in engine._trained["es"].values())


ONE_AUDIENCE = 50


@pytest.fixture(scope="module")
def customers(real: Encoder) -> Embedded:
    """An engine of some of the customers' examples, with the real encoder."""
    count: dict[str, int] = {}
    few = []
    for example in read_folder(DATA, "en")["customer"].examples:
        count[example.intent] = count.get(example.intent, 0) + 1
        if count[example.intent] <= ONE_AUDIENCE:
            few.append(Example(example.text, example.intent))
    return Embedded.load(training=TrainingData(examples=few), encoder=real)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("is my parcel anywhere near yet", "track_order"),
        ("I would like to get rid of this and have the cash back", "start_return"),
        ("put me through to a colleague of flesh and blood", "talk_to_human"),
    ],
)
def test_other_words_for_the_same_are_understood(customers: Embedded, text: str, intent: str) -> None:
    assert customers.parse(text, "customer", NOW, BERLIN).intent == intent


@pytest.mark.parametrize(
    "text", ["how tall is the Eiffel tower", "write a poem about the sea", "what is the square root of 81"]
)
def test_what_nobody_here_does_is_out_of_scope(customers: Embedded, text: str) -> None:
    assert customers.parse(text, "customer", NOW, BERLIN).intent == OUT_OF_SCOPE
