"""The embedded engine as a whole."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.meaning import Entity, Meaning
from nlu import cache, config, lists, training
from nlu.concepts import Concepts
from nlu.config import DATA
from nlu.embedded import Embedded
from nlu.quality import measure, overlap
from nlu.training_data import Example, Span, TrainingData, TrainingDataError, parse_example, read_folder
from tests.unit.nlu.conftest import BERLIN, NOW, Ask

SMALL = TrainingData(
    examples=[
        Example(text, intent, spans)
        for intent, rows in {
            "weather": [
                "is it cold in Rome",
                "rain in Paris today",
                "how warm is it",
                "will it snow",
                "weather please",
            ],
            "music": ["play some jazz", "louder", "put on Mozart", "next song", "stop the song"],
            "lights": ["lights on", "dim the lamp", "darker please", "switch the light off", "make it bright"],
        }.items()
        for text in rows
        for spans in [
            tuple(Span("city", text.index(c), text.index(c) + len(c), c) for c in ("Rome", "Paris") if c in text)
        ]
    ]
)


def entities(meaning: Meaning) -> list[tuple[str, object, str]]:
    return [(one.kind, one.value, one.text) for one in meaning.entities]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Where is my order RM-10482?", "track_order"),
        ("when will my parcel arrive", "track_order"),
        ("cancel order 10542 please", "cancel_order"),
        ("i want to cnacel my oder", "cancel_order"),
        ("can you deliver on friday instead", "reschedule_delivery"),
        ("please deliver to 14 Station Road instead, I moved", "change_address"),
        ("leave it in the shed please", "delivery_instructions"),
        ("how do i return the lamp", "start_return"),
        ("where is my refund", "track_return"),
        ("how much store credit is left", "track_return"),
        ("what is my voucher balance", "track_return"),
        ("who pays for return shipping", "return_policy"),
        ("info on refunds please", "return_policy"),
        ("information about returning things", "return_policy"),
        ("some information on my refund", "track_return"),
        ("a refund please", "start_return"),
        ("the vase arrived broken", "report_problem"),
        ("5 stars, lovely driver", "rate_delivery"),
        ("do you deliver to 10115", "delivery_promise"),
        ("is SKU-1044 in stock", "check_stock"),
        ("who signed for my parcel", "proof_of_delivery"),
        ("stop sending me texts", "notification_settings"),
        ("delete all my data", "privacy_request"),
        ("let me speak to a human", "talk_to_human"),
        ("hello", "greet"),
        ("👍", "affirm"),
        ("what's the weather like in Rome", "out_of_scope"),
    ],
)
def test_intents(ask: Ask, text: str, intent: str) -> None:
    assert ask(text).intent == intent


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("10482", "order_number", "RM-10482"),
        ("it's RM-10482", "order_number", "RM-10482"),
        ("postcode 10115", "postcode", "10115"),
        ("friday", "date", "2026-05-08"),
        ("on friday please", "date", "2026-05-08"),
        ("after 5pm", "time_window", "17:00-"),
        ("a@b.de", "email", "a@b.de"),
        ("07700 900461", "phone", "+497700900461"),
        ("12 Mill Lane", "address", "12 Mill Lane"),
        ("52.52, 13.40", "coordinates", "52.52000,13.40000"),
    ],
)
def test_a_bare_value_informs(ask: Ask, text: str, kind: str, value: str) -> None:
    meaning = ask(text)
    assert meaning.intent == "inform"
    assert [(one.kind, one.value) for one in meaning.entities] == [(kind, value)]
    assert len(meaning.intents) > 1


def test_a_name_of_the_gazetteer_is_found_spelt_so_or_nearly(engine: Embedded) -> None:
    knowing = engine.with_gazetteer({"product": ["Espresso Grinder", "Zwiebelkorb"], "driver": ["May", "Anneliese"]})
    ask = Ask(knowing)
    assert entities(ask("the espreso grinder")) == [("product", "Espresso Grinder", "espreso grinder")]
    assert ask("the espreso grinder").intent == "inform"
    assert ("product", "Zwiebelkorb", "zwiebelkorb") in entities(ask("is the zwiebelkorb available"))
    assert ("driver", "Anneliese", "Annelise") in entities(ask("my driver Annelise was great"))
    assert ("driver", "May", "May") in entities(ask("our driver May was great"))
    assert all(kind != "driver" for kind, *_ in entities(ask("may i return it")))
    assert all(value != "Zwiebelkorb" for _, value, _ in entities(Ask(engine)("is the zwiebelkorb available")))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("the chef knife please", "Chef's knife"),
        ("my chefs knfie came", "Chef's knife"),
        ("and the airpurifier?", "Air purifier"),
        ("and the air purifeir?", "Air purifier"),
        ("air for the purifier", None),
    ],
)
def test_a_name_is_found_in_one_word_and_without_its_apostrophe(engine: Embedded, text: str, name: str | None) -> None:
    names = engine.with_gazetteer({"product": ["Chef's knife", "Air purifier"]})
    found = [each.value for each in Ask(names)(text).entities if each.value in {"Chef's knife", "Air purifier"}]
    assert found == [name] * (name is not None)


@pytest.mark.parametrize(
    ("text", "goods"),
    [
        ("refund for the dustpan", ("dustpan",)),
        ("where are my knifes and the dustpn", ("knife", "dustpan")),
        ("can you bring it earlier, I work until six", ()),
        ("set it down and come in the air", ()),
    ],
)
def test_words_that_goods_are_called_by_are_told_from_everyday_ones(
    engine: Embedded, text: str, goods: tuple[str, ...]
) -> None:
    sold = ["Chef's knife", "Dustpan and brush", "Air purifier", "Watering can", "Work trousers S", "Bed linen set"]
    assert Ask(engine.with_gazetteer({"product": sold}))(text).goods == goods


@pytest.mark.parametrize("said", ["two of the kettles", "two kettles", "2 x kettle"])
def test_how_many_of_a_known_product(engine: Embedded, said: str) -> None:
    ask = Ask(engine.with_gazetteer({"product": ["Kettle"]}))
    found = entities(ask(f"I want to return {said}, unopened, I do not need them any more"))
    assert [(kind, value) for kind, value, _ in found if kind != "reason"] == [("quantity", 2), ("product", "Kettle")]


def test_entities_have_original_spans(ask: Ask) -> None:
    text = "Bring order 10542 tommorow between 2 and 4, it’s 3 blue mugs 👍"
    found = {one.kind: one for one in ask(text).entities}
    assert all(text[one.start : one.end] == one.text for one in found.values())
    assert {kind: found[kind].text for kind in ("order_number", "date", "time_window", "quantity")} == {
        "order_number": "order 10542", "date": "tommorow", "time_window": "between 2 and 4", "quantity": "3",
    }  # fmt: skip
    assert found["date"].value == "2026-05-06"


def test_probabilities_of_a_text_are_those_in_training() -> None:
    data = read_folder(DATA, "en")["customer"].examples[::9]
    words = lists.read(DATA, "en")
    model = training.train(TrainingData(examples=data), words)
    readings = [model.reader.read(e.text) for e in data] + [model.reader.read("wheres the ordr tmrw?? 10482 👍 a a a")]
    plain = [model.reader.read(e.text) for e in data]
    features, known = training.Features.of(plain)
    matrix = features.matrix(readings)
    expected = training.fit([known], [e.intent for e in data]).shares([matrix])
    for row, reading in enumerate(readings):
        columns, values = model.vectoriser.transform(reading.words, reading.meanings)
        dense = np.zeros(matrix.shape[1])
        np.add.at(dense, columns, values)
        np.testing.assert_allclose(dense, matrix[row].toarray().ravel(), rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(model.probabilities(reading), expected[row], rtol=1e-6, atol=1e-9)


def test_the_cache_gives_the_same_model(engine: Embedded, trained: Path) -> None:
    (path,) = trained.glob("nlu-en-customer-*.npz")
    before = path.stat().st_mtime_ns
    again = Embedded.load(trained, audiences=("customer",))
    assert path.stat().st_mtime_ns == before
    for text in ("where is order 10542", "bring it to 12 Mill Lane tomorrow", "the oak table is too big, take it back"):
        assert again.parse(text, "customer", NOW, BERLIN) == engine.parse(text, "customer", NOW, BERLIN)


@pytest.mark.parametrize("harm", ["cut", "noise", "empty", "text", "field", "shape", "pickle"])
def test_a_damaged_cache_is_no_model(tmp_path: Path, harm: str) -> None:
    words = lists.read(DATA, "en")
    model = training.train(SMALL, words)
    path = tmp_path / "model.npz"
    cache.save(model, path)
    concepts, lexicon = Concepts(words.concepts), lists.lexicon(words)
    assert cache.load(path, concepts, lexicon) is not None
    content = bytearray(path.read_bytes())
    if harm == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif harm == "noise":
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
    elif harm in ("empty", "text"):
        path.write_bytes(b"" if harm == "empty" else b"not a model")
    else:
        with np.load(path) as stored:
            parts = {name: stored[name] for name in stored.files}
        if harm == "field":
            parts["field"] = parts["field"][::-1]
        elif harm == "shape":
            parts["weights"] = parts["weights"][1:]
        else:
            parts["bias"] = np.array([{"a": 1}], dtype=object)
        np.savez(path, **parts)
    assert cache.load(path, concepts, lexicon) is None
    assert [file.name for file in tmp_path.iterdir()] == ["model.npz"]


def test_a_damaged_cache_is_rebuilt_and_an_unwritable_one_does_no_harm(tmp_path: Path, trained: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    first = Embedded.load(blocked / "folder", audiences=("driver",))
    assert first.parse("hello", "driver", NOW, BERLIN).intent == "greet"
    folder = tmp_path / "cache"
    folder.mkdir()
    (kept,) = trained.glob("nlu-en-driver-*.npz")
    path = folder / kept.name
    path.write_bytes(kept.read_bytes()[:1000])
    Embedded.load(folder, audiences=("driver",))
    assert path.stat().st_size > 1000


def test_only_intents_of_the_audience_are_chosen(engine: Embedded) -> None:
    data = read_folder(DATA, "en")
    assert "track_order" not in {e.intent for e in data["driver"].examples}
    assert "greet" in {e.intent for e in data["driver"].examples}
    names = {name for name, _ in engine.parse("where is my order", "customer", NOW, BERLIN).intents}
    assert names <= {e.intent for e in data["customer"].examples}


def test_too_little_to_go_on_is_out_of_scope_with_the_candidates_listed(engine: Embedded) -> None:
    meaning = engine.parse("مرحبا اين طلبي", "customer", NOW, BERLIN)
    assert meaning.intent == "out_of_scope"
    assert len(meaning.intents) > 3
    shares = [share for _, share in meaning.intents[1:]]
    assert shares == sorted(shares, reverse=True)


def test_foreign_training_uses_its_own_labels() -> None:
    engine = Embedded.load(training=SMALL)
    meaning = engine.parse("is it raining in Paris tomorrow", "staff", NOW, BERLIN)
    assert meaning.intent == "weather"
    assert {name for name, _ in meaning.intents} <= {"weather", "music", "lights", "out_of_scope"}
    assert {one.kind for one in meaning.entities} <= {"city"}
    with pytest.raises(TrainingDataError, match="two intents"):
        Embedded.load(training=TrainingData(examples=SMALL.examples[:3]))


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\x00\x01", "👍🏽👨‍👩‍👧", "\u202eabc", "م" * 70_000, "x" * 70_000, "1" * 70_000, "a1 " * 25_000,
        "\ud800", "((((((", "," * 5000, "order " * 12_000, "0 " * 30_000, "1,1," * 15_000, "@" * 3000, "a@" * 3000,
        "https://maps.google.com/" + "/" * 60_000, "İ" * 300, "ﷺ" * 200, "12.34 " * 900, "-" * 9000, "mon " * 600,
    ],
    ids=lambda text: repr(text[:12]),
)  # fmt: skip
def test_strange_texts_give_a_meaning(ask: Ask, text: str) -> None:
    meaning = ask(text)
    assert meaning.text == text
    assert meaning.intents
    assert all(0 <= one.start < one.end <= len(text) for one in meaning.entities)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120))
def test_any_text_gives_a_meaning(text: str) -> None:
    meaning = Ask(_small())(text)
    assert all(text[one.start : one.end] == one.text for one in meaning.entities)


_SMALL: list[Embedded] = []


def _small() -> Embedded:
    if not _SMALL:
        from nlu import config

        _SMALL.append(Embedded({"en": {"customer": training.train(SMALL, lists.read(DATA, "en"))}}, config.read()))
    return _SMALL[0]


def test_threads_get_the_same_answers_while_names_change(engine: Embedded) -> None:
    other = engine.with_gazetteer({})
    texts = ["where is order 10542", "the kettle is broken", "bring it to 12 Mill Lane"]
    expected = [[one.text for one in other.parse(text, "customer", NOW, BERLIN).entities] for text in texts]
    wrong: list[object] = []

    def work() -> None:
        for _ in range(15):
            found = [[one.text for one in other.parse(text, "customer", NOW, BERLIN).entities] for text in texts]
            if found != expected:
                wrong.append(found)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(20):
        other.learn_names({"product": [f"Zwiebelkorb {number}"]})
    for thread in threads:
        thread.join()
    assert wrong == []


def test_quality_figures() -> None:
    examples = [
        Example("a", "x", (Span("p", 0, 1, "a"),)), Example("b", "x"), Example("c", "y"), Example("d", "out_of_scope"),
    ]  # fmt: skip
    given = [
        Meaning("a", (("x", 0.9),), (Entity("p", "a", 0, 1, "a"),)),
        Meaning("b", (("y", 0.8),), (Entity("p", "b", 0, 1, "b"),)),
        Meaning("c", (("y", 0.7),)),
        Meaning("d", (("out_of_scope", 0.9), ("x", 0.1))),
    ]
    quality = measure(examples, given)
    assert quality.accuracy == 0.75
    assert quality.macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert (quality.entity_f1, quality.entity_precision, quality.entity_recall) == (pytest.approx(2 / 3), 0.5, 1.0)
    assert (quality.oos_precision, quality.oos_recall, quality.oos_at_5) == (1.0, 1.0, 1.0)
    assert quality.confusions == {("x", "y"): 1}
    assert json.dumps(quality.intent_f1)


def test_whoever_is_asked_what_they_mean_is_understood_where_an_answer_fits() -> None:
    examples = [Example(text, truth) for text, truth in (("a", "x"), ("b", "y"), ("c", "out_of_scope"), ("d", "z"))]
    given = [Meaning(example.text, (("x", 0.5), ("y", 0.4)), unsure=True) for example in examples]
    quality = measure(examples, given, lambda meaning: ("x", "y"))
    assert (quality.accuracy, quality.asked_back, quality.accuracy_asking) == (0.25, 1.0, 0.75)


def test_reasons_count_by_what_they_share_with_the_true_one() -> None:
    text = "back it goes, it is too small"
    examples = [Example(text, "start_return", (Span("reason", 20, 29, text[20:29]),))]
    given = [Meaning(text, (("start_return", 1.0),), (Entity("reason", text[14:], 14, 29, text[14:]),))]
    quality = measure(examples, given)
    assert quality.entity_f1 == quality.entity_f1_by_kind["reason"] == overlap((20, 29), (14, 29)) == 0.75
    assert quality.reason_exact == 0.0
    assert overlap((0, 4), (5, 9)) == 0.0


def test_a_reason_counts_once_however_many_pieces_it_was_found_in() -> None:
    examples = [Example("it leaks and sparks", "start_return", (Span("reason", 3, 19, "leaks and sparks"),))]
    pieces = (Entity("reason", "leaks", 3, 8, "leaks"), Entity("reason", "sparks", 13, 19, "sparks"))
    quality = measure(examples, [Meaning("it leaks and sparks", (("start_return", 1.0),), pieces)])
    assert quality.entity_recall == overlap((3, 19), (13, 19))


def test_lookups_and_regexes_of_a_training_file_help_to_find_what_no_example_named(tmp_path: Path) -> None:
    words = "amber basalt cobalt dune ember fjord glade heath islet jetty".split()
    data = TrainingData(
        examples=[
            *(parse_example(f"take the [{word}](line) home", "ride", "test") for word in words),
            *(parse_example(f"my pass is [{code}](pass)", "show", "test") for code in ("ZQ-71-K", "ZR-20-M", "ZZ-33-P", "ZA-48-T")),
            *(parse_example(f"take the {word} home", "ride", "test") for word in "bus long short night".split()),
            *(parse_example(f"my pass is {word}", "show", "test") for word in "lost here old gone".split()),
        ],
        lookups={"lines": [*words, "kelp", "lagoon blue"]},
        regexes={"passes": [r"z[a-z]-\d\d-[a-z]"]},
    )  # fmt: skip
    model = training.train(data, lists.read(DATA, "en"), own=True)
    cache.save(model, tmp_path / "m.npz")
    read = lists.read(DATA, "en")
    again = cache.load(tmp_path / "m.npz", Concepts(read.concepts), lists.lexicon(read))
    assert again is not None
    for each in (model, again):
        engine = Embedded({"en": {"customer": each}}, config.read())
        assert [(one.kind, one.text) for one in Ask(engine)("take the kelp home").entities] == [("line", "kelp")]
        assert [(one.kind, one.text) for one in Ask(engine)("my pass is ZK-99-Y").entities] == [("pass", "ZK-99-Y")]


def test_what_is_no_regular_expression_is_named() -> None:
    data = TrainingData(examples=SMALL.examples, regexes={"broken": ["("]})
    with pytest.raises(TrainingDataError, match="broken"):
        training.train(data, lists.read(DATA, "en"), own=True)


@pytest.mark.parametrize(
    "text", ["move it to monday, I work at the espresso bar then", "cancel them, I found a grinder"]
)
def test_who_speaks_of_it_has_named_it_before(engine: Embedded, text: str) -> None:
    assert Ask(engine.with_gazetteer({"product": ["Espresso grinder", "Espresso machine"]}))(text).goods == ()
