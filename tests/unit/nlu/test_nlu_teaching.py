"""What staff accepted as a training file, the comparison that decides, and the versions that are kept."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.teaching.versions import KEPT, SHIPPED, Versions
from domain.meaning import Meaning
from nlu import reviewed
from nlu.comparing import ALL, THE_REST, as_json, compare, is_held
from nlu.reviewed import Accepted
from nlu.training_data import Example, TrainingData, TrainingDataError, read_yaml

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
ACCEPTED = [
    Accepted("en", "driver", "delivered", "dropped at [stop 4](stop)"),
    Accepted("en", "customer", "track_order", "wheres my stuff"),
    Accepted("en", "customer", "track_order", 'is "it" here: or not? #1'),
    Accepted("es", "customer", "track_order", "dónde está [RM-10001](order_number)"),
]


def meanings(*intents: str) -> list[Meaning]:
    return [Meaning("x", ((intent, 0.9),)) for intent in intents]


# The file


def test_what_is_written_is_read_again_by_audience(tmp_path):
    assert [path.relative_to(tmp_path).as_posix() for path in reviewed.write(tmp_path, ACCEPTED)] == [
        "en/reviewed.yml", "es/reviewed.yml",
    ]  # fmt: skip
    found = reviewed.read(tmp_path, "en")
    assert {audience: [(e.text, e.intent) for e in data.examples] for audience, data in found.items()} == {
        "customer": [('is "it" here: or not? #1', "track_order"), ("wheres my stuff", "track_order")],
        "driver": [("dropped at stop 4", "delivered")],
    }
    (span,) = found["driver"].examples[0].spans
    assert (span.entity, span.start, span.end) == ("stop", 11, 17)


def test_it_is_a_training_file_like_any(tmp_path):
    (path, _) = reviewed.write(tmp_path, ACCEPTED)
    assert len(read_yaml(path).examples) == 3


def test_nothing_accepted_is_nothing_read(tmp_path):
    assert reviewed.write(tmp_path, []) == []
    assert reviewed.read(tmp_path, "en") == reviewed.read(None, "en") == {}
    assert reviewed.digest(None) == reviewed.digest(TrainingData()) == b""


@pytest.mark.parametrize(
    "content",
    ["nlu:\n- intent: a\n  examples: |\n    - b\n", "[]", "nlu: [", 'nlu:\n- intent: a\n  metadata: {audience: cat}\n  examples: "- b"'],
    ids=["no audience", "no mapping", "no yaml", "unknown audience"],
)  # fmt: skip
def test_a_file_that_somebody_broke_is_told(tmp_path, content):
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / reviewed.FILE).write_text(content)
    with pytest.raises(TrainingDataError, match=reviewed.FILE):
        reviewed.read(tmp_path, "en")


def test_only_what_is_taught_anyway_is_trained_with():
    shipped = {"customer": TrainingData([Example("hi", "greet"), Example("where", "track_order")])}
    more = {
        "customer": TrainingData([Example("yo", "greet"), Example("x", "made_up")]),
        "driver": TrainingData([Example("z", "greet")]),
    }
    both = reviewed.extended(shipped, more)
    assert [each.text for each in both["customer"].examples] == ["hi", "where", "yo"]
    assert len(shipped["customer"].examples) == 2


# The comparison


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [(50, 47, []), (50, 46, ["a", ALL]), (50, 50, []), (40, 50, []), (10, 7, []), (10, 6, ["a", ALL]), (200, 196, []), (200, 195, ["a", ALL])],
    ids=lambda each: str(each),
)  # fmt: skip
def test_an_intent_may_lose_two_points_and_what_chance_explains(before, after, lost):
    of = max(before, after)
    examples = [Example(str(n), "a") for n in range(of)]
    found = compare(
        "en", "customer", examples,
        meanings(*["a"] * before, *["b"] * (of - before)), meanings(*["a"] * after, *["b"] * (of - after)),
    )  # fmt: skip
    assert [each.intent for each in found.lost] == lost
    assert as_json(found)["accepted"] == (not lost)


def test_what_is_won_beside_it_makes_a_loss_more_likely_chance():
    examples = [Example(str(n), "a") for n in range(40)]
    before = meanings(*["a"] * 30, *["b"] * 10)
    after = meanings(*["b"] * 6, *["a"] * 24, *["a"] * 2, *["b"] * 8)
    (change,) = compare("en", "customer", examples, before, after).intents
    assert (change.before, change.after, change.worse, change.points) == (30, 26, 6, -10.0)
    assert change.chance == pytest.approx(37 / 256)
    assert not change.is_lost


def test_intents_with_few_messages_are_judged_together():
    examples = [Example(f"{intent}{n}", intent) for intent in "abc" for n in range(4)]
    before = meanings(*(each.intent for each in examples))
    one_each = meanings(*("x" if each.text.endswith(("0", "1")) else each.intent for each in examples))
    found = compare("en", "driver", examples, before, one_each)
    assert [each.intent for each in found.lost] == [THE_REST, ALL]
    assert [(each.intent, each.points) for each in found.changed] == [("a", -50.0), ("b", -50.0), ("c", -50.0)]


def test_what_one_intent_wins_does_not_make_up_for_another():
    examples = [Example(str(n), "a" if n < 20 else "b") for n in range(40)]
    before = meanings(*["a"] * 20, *["x"] * 20)
    after = meanings(*["a"] * 15, *["x"] * 5, *["b"] * 20)
    assert [each.intent for each in compare("en", "staff", examples, before, after).lost] == ["a"]


def test_what_is_held_back_is_fixed_by_its_words():
    held = [is_held(Example(f"message {n}", "a")) for n in range(1_000)]
    assert 150 < sum(held) < 250
    assert is_held(Example("Message  7", "b")) == is_held(Example("message 7", "a"))


# Versions


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    return Versions(tmp_path)


def made(versions: Versions, count: int = 1) -> int:
    number = SHIPPED
    for n in range(count):
        number = versions.make(ACCEPTED[: n + 1], NOW + timedelta(days=n))
        versions.activate(number)
    return number


def test_at_first_there_is_what_comes_with_the_program(versions, tmp_path):
    assert (versions.active, versions.active_folder, versions.accepted_folder) == (SHIPPED, tmp_path, None)
    assert [each.number for each in versions.listed()] == [SHIPPED]
    assert versions.roll_back() is None


def test_a_version_is_made_used_and_gone_back_from(versions, tmp_path):
    number = versions.make(ACCEPTED, NOW)
    assert versions.active == SHIPPED
    versions.activate(number)
    assert (versions.active, versions.accepted_folder) == (number, tmp_path / "versions" / "0001")
    assert (versions.accepted_folder / "es" / reviewed.FILE).is_file()
    assert [(each.number, each.examples, each.is_active) for each in versions.listed()] == [(1, 4, True), (0, 0, False)]
    assert versions.roll_back() == SHIPPED
    assert versions.active == SHIPPED
    assert versions.roll_back() is None


def test_going_back_goes_back_one_by_one(versions):
    made(versions, 3)
    assert [versions.roll_back() for _ in range(4)] == [2, 1, 0, None]


def test_what_was_gone_back_from_is_not_gone_back_to(versions):
    made(versions, 2)
    versions.roll_back()
    versions.activate(versions.make(ACCEPTED, NOW))
    assert [versions.roll_back() for _ in range(3)] == [1, 0, None]


def test_the_last_ones_are_kept(versions):
    last = made(versions, KEPT + 4)
    assert [each.number for each in versions.listed()] == [*range(last, last - KEPT, -1), SHIPPED]
    assert versions.roll_back() == last - 1


def test_a_version_that_is_gone_is_not_used(versions):
    number = made(versions)
    shutil.rmtree(versions.folder_of(number))
    assert (versions.active, versions.accepted_folder) == (SHIPPED, None)


def test_a_pointer_that_cannot_be_read_points_nowhere(versions, tmp_path):
    made(versions)
    (tmp_path / "versions" / "active.json").write_text("[1")
    assert versions.active == SHIPPED


def test_the_one_that_is_used_is_not_thrown_away(versions):
    number = made(versions)
    versions.drop(number)
    assert versions.active == number


def test_models_that_stay_the_same_come_along(versions, tmp_path):
    (tmp_path / "nlu-en-driver-abc.npz").write_bytes(b"model")
    number = made(versions)
    assert (versions.folder_of(number) / "nlu-en-driver-abc.npz").read_bytes() == b"model"
