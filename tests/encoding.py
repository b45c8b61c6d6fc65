"""The sentence encoder with its real weights, built once for all runs; and a small one of chance for everything else."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import BertProcessing

from bot import encoders
from nlu.bert import Shape, Weights
from nlu.encoder import Encoder, EncoderError

#: Names a folder with an encoder that is built already.
GIVEN = "ROUNDSMAN_TEST_ENCODER"
_KEPT = Path(__file__).parents[1] / ".pytest_cache" / "d" / "encoder" / encoders.NAME
SMALL = Shape(layers=2, heads=4, epsilon=1e-12)


class NoEncoder(Exception):
    """The sentence encoder is not built here."""


def folder() -> Path:
    """Where the real encoder is. Raises NoEncoder where it was not built."""
    place = Path(os.environ.get(GIVEN) or _KEPT)
    if not place.is_dir():
        raise NoEncoder(f"the sentence encoder is not built (`python -m tests.needs` tries), and {GIVEN} names none")
    return place


def build() -> None:
    """Try to build the real encoder; where that fails, the tests that need it are skipped."""
    print("There is no sentence encoder; building it …", flush=True)
    try:
        encoders.build(_KEPT)
    except EncoderError as error:
        print(f"It cannot be built: {error}")


def small_weights(words: int, size: int = 32, inner: int = 64, places: int = 128) -> Weights:
    """Weights of chance, the same ones each time, of a BERT like `SMALL`."""
    chance = np.random.default_rng(5)

    def some(*shape: int) -> np.ndarray:
        return chance.normal(0, 0.4, shape).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": some(words, size),
        "embeddings.position_embeddings.weight": some(places, size) / 4,
        "embeddings.token_type_embeddings.weight": some(2, size) / 4,
    }
    dense = {"attention.self.query": (size, size), "attention.self.key": (size, size), "attention.self.value": (size, size),
             "attention.output.dense": (size, size), "intermediate.dense": (inner, size), "output.dense": (size, inner)}  # fmt: skip
    normal = ["embeddings.LayerNorm"]
    for layer in range(SMALL.layers):
        at = f"encoder.layer.{layer}."
        normal += [at + "attention.output.LayerNorm", at + "output.LayerNorm"]
        for name, shape in dense.items():
            weights[f"{at}{name}.weight"], weights[f"{at}{name}.bias"] = some(*shape), some(shape[0]) / 4
    for name in normal:
        weights[f"{name}.weight"], weights[f"{name}.bias"] = 1 + some(size) / 4, some(size) / 4
    return weights


def small_tokenizer() -> tuple[bytes, int]:
    """A tokenizer of letters and some words, and how many tokens it knows."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789?!.,'"
    known = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *("##" + letter for letter in letters)]
    known += "where is my order cancel it the thanks late driver return".split()
    tokenizer = Tokenizer(WordPiece({word: place for place, word in enumerate(known)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer.to_str().encode(), len(known)


def small_encoder(place: Path) -> Encoder:
    """An encoder of chance in ``place``, built as the real one is."""
    from nlu import bert

    tokenizer, words = small_tokenizer()
    return bert.build(small_weights(words), SMALL, tokenizer, place, "small")
