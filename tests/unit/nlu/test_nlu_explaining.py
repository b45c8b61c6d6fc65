"""Why a message was understood as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.embedded import Embedded
from nlu.explaining import FEATURES, INTENTS, explain
from nlu.remembered import Remembered
from nlu.training_data import Example
from tests.encoding import small_encoder
from tests.unit.nlu.conftest import BERLIN, NOW
from tests.unit.nlu.test_nlu_engine import SMALL

EXAMPLES = [
    Example("where is my order", "track_order"),
    Example("where does my parcel hang around", "track_order"),
    Example("the lamp is broken", "report_problem"),
]


def test_it_tells_spelling_intents_weights_and_neighbours(engine: Embedded) -> None:
    text = "pleese tell me where my oredr RM-10482 is"
    found = explain(engine, text, "customer", EXAMPLES, NOW, BERLIN)
    meaning = engine.parse(text, "customer", NOW, BERLIN)
    assert ("oredr", "order") in found.corrected
    assert "<order_number>" in found.read_as
    assert found.intents[0] == (meaning.intent, pytest.approx(meaning.confidence, abs=1e-4))
    assert len(found.intents) == INTENTS
    assert len(found.weighed) == FEATURES
    assert abs(found.weighed[0].weight) >= abs(found.weighed[-1].weight)
    assert {each.block for each in found.weighed} <= {"words", "letters", "meaning"}
    assert found.nearest[0].text == "where is my order"
    assert 1 >= found.nearest[0].cosine > found.nearest[-1].cosine >= 0
    assert (found.language, found.audience) == ("en", "customer")
    assert found.as_json()["nearest"][0]["intent"] == "track_order"


def test_it_tells_what_found_a_value(engine: Embedded) -> None:
    engine.learn_names({"product": ["Zwickelsack"]})
    found = explain(engine, "where is the zwickelsack of RM-10482", "customer", EXAMPLES, NOW, BERLIN)
    assert {(each.kind, each.by) for each in found.entities} == {
        ("order_number", "rule"), ("product", "name in the database"),
    }  # fmt: skip


def test_what_says_nothing_is_explained_too(engine: Embedded) -> None:
    found = explain(engine, "", "customer", EXAMPLES, NOW, BERLIN)
    assert (found.nearest, found.weighed, found.entities, found.intents) == ((), (), (), (("out_of_scope", 1.0),))


def test_an_example_itself_is_nearest(engine: Embedded) -> None:
    found = explain(engine, "the lamp is broken", "customer", EXAMPLES, NOW, BERLIN)
    assert (found.nearest[0].text, found.nearest[0].cosine) == ("the lamp is broken", 1.0)


def test_with_an_encoder_its_vectors_weigh_and_find_the_nearest(tmp_path: Path) -> None:
    encoder = small_encoder(tmp_path / "small")
    engine = Embedded.load(training=SMALL, encoder=encoder)
    text = SMALL.examples[0].text
    found = explain(engine, text, "customer", SMALL.examples, NOW, BERLIN, remembered=Remembered(encoder, None))
    assert (found.nearest[0].text, found.nearest[0].cosine) == (text, pytest.approx(1.0, abs=0.02))
    assert "sentence" in {each.block for each in found.weighed}
