"""Another engine's answer: what is believed of it, and how it becomes a meaning of ours."""

from __future__ import annotations

from typing import Any

import pytest

from domain.meaning import INFORM, OUT_OF_SCOPE, Audience, Meaning
from nlu.embedded import Embedded
from nlu.opinion import Marked, NoOpinion, Opinion
from tests.unit.nlu.conftest import BERLIN, NOW


def answer(text: str, shares: dict[str, float], *marked: tuple[str, str]) -> Opinion:
    entities = [
        {"entity": kind, "start": text.index(words), "end": text.index(words) + len(words), "confidence_entity": 0.9}
        for kind, words in marked
    ]
    ranking = [{"name": name, "confidence": share} for name, share in shares.items()]
    return Opinion.of({"intent_ranking": ranking, "entities": entities}, text, "rasa")


def hear(engine: Embedded, opinion: Opinion, text: str, audience: Audience = "customer") -> Meaning:
    return engine.understand(engine.tell(text, audience), NOW, BERLIN, opinion)


def test_only_intents_of_whoever_wrote_are_chosen_among_and_their_shares_add_up(engine: Embedded) -> None:
    opinion = answer("it is late", {"report_delay": 0.6, "track_order": 0.3, "nlu_fallback": 0.2, "greet": 0.1})
    meaning = hear(engine, opinion, "it is late")
    assert meaning.intents == (("track_order", pytest.approx(0.75)), ("greet", pytest.approx(0.25)))
    assert meaning.engine == "rasa"
    assert hear(engine, opinion, "it is late", "driver").intent == "report_delay"


def test_what_it_is_unsure_of_is_out_of_scope_with_its_candidates(engine: Embedded) -> None:
    shares = dict.fromkeys(sorted(engine.taught("customer")), 0.05)
    meaning = hear(engine, answer("hmm so", shares), "hmm so")
    assert meaning.intent == OUT_OF_SCOPE
    assert OUT_OF_SCOPE not in dict(meaning.intents[1:])


def test_values_are_ours_whatever_it_marked(engine: Embedded) -> None:
    text = "send rm-10482 tomorrow because the walnut shelf  is too big"
    opinion = answer(text, {"start_return": 1.0}, ("order_number", "rm-10482"), ("product", "walnut shelf"))
    found = {(each.kind, each.value) for each in hear(engine, opinion, text).entities}
    assert {("order_number", "RM-10482"), ("date", "2026-05-06"), ("product", "walnut shelf")} <= found


def test_names_of_the_business_stay_known(engine: Embedded) -> None:
    knowing = engine.with_gazetteer({"product": ["Walnut Coffee Table"]})
    meaning = hear(
        knowing,
        answer("do you have the walnut cofee table", {"check_stock": 1.0}),
        "do you have the walnut cofee table",
    )
    assert [(each.kind, each.value) for each in meaning.entities] == [("product", "Walnut Coffee Table")]


def test_a_bare_value_is_an_answer_whatever_it_takes_it_for(engine: Embedded) -> None:
    meaning = hear(engine, answer("RM-10482", {"track_order": 1.0}), "RM-10482")
    assert (meaning.intents[0], meaning.intents[1][0]) == ((INFORM, 1.0), "track_order")


def test_marks_lead_to_tokens_also_where_the_text_was_changed_to_be_read(engine: Embedded) -> None:
    text = "“tmrw” my wal\u200bnut shelf pls"  # quotes, an alias, and a zero-width space inside a word
    meaning = hear(engine, answer(text, {"reschedule_delivery": 1.0}, ("product", "wal\u200bnut shelf")), text)
    assert {(each.kind, text[each.start : each.end]) for each in meaning.entities} >= {
        ("product", "wal\u200bnut shelf")
    }


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(None, id="nothing"),
        pytest.param({}, id="empty"),
        pytest.param({"intent_ranking": [{"name": "greet"}]}, id="no share"),
        pytest.param({"intent_ranking": [{"name": "greet", "confidence": "0.5"}]}, id="share in words"),
        pytest.param({"intent_ranking": [{"name": "greet", "confidence": float("nan")}]}, id="no number"),
        pytest.param({"intent_ranking": ["greet"]}, id="no object"),
        pytest.param({"intent_ranking": [], "entities": {"start": 1}}, id="entities no list"),
        pytest.param(
            {"intent_ranking": [], "entities": [{"entity": "date", "start": 0, "end": 99}]}, id="beyond the end"
        ),
        pytest.param({"intent_ranking": [], "entities": [{"entity": "date", "start": 2, "end": 1}]}, id="backwards"),
        pytest.param({"intent_ranking": [], "entities": [{"entity": 1, "start": 0, "end": 1}]}, id="kind no text"),
        pytest.param({"intent_ranking": [{"name": "a", "confidence": 0}] * 3_000}, id="too long"),
    ],
)
def test_an_answer_that_is_not_whole_is_no_opinion(said: Any) -> None:
    with pytest.raises(NoOpinion):
        Opinion.of(said, "hello", "rasa")


def test_an_opinion_of_nothing_that_they_can_mean_is_none(engine: Embedded) -> None:
    with pytest.raises(NoOpinion):
        hear(engine, Opinion("rasa", {"plan_routes": 1.0}, (Marked("date", 0, 1, 1.0),)), "hello")
