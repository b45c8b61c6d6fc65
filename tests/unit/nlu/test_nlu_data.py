"""The training data keeps the rules of INTENTS.md, and its reader says where it does not."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from actions.catalogue import catalogue
from domain.moment import Role
from nlu.config import DATA
from nlu.grammar import aliases
from nlu.training_data import TrainingDataError, parse_example, read_folder, read_jsonl, read_yaml

COMMON = "greet goodbye thank affirm deny help stop talk_to_human out_of_scope".split()
CUSTOMER = (
    "track_order reschedule_delivery change_address delivery_instructions cancel_order start_return track_return "
    "return_policy report_problem rate_delivery delivery_promise check_stock proof_of_delivery notification_settings "
    "privacy_request"
).split()
DRIVER = (
    "start_shift end_shift show_route next_stop arrived delivered failed_delivery report_delay start_break end_break "
    "skip_stop collected_return report_incident navigate stop_details confirm_load undo"
).split()
STAFF = (
    "find_order create_order hold_order release_order reschedule_order cancel_order plan_routes show_routes publish_routes "
    "assign_driver move_stop driver_status show_exceptions announce_delay outsource_delivery review_returns approve_return "
    "reject_return inspect_return issue_refund stock_level adjust_stock low_stock create_purchase_order "
    "approve_purchase_order receive_purchase_order purchase_order_status kpi_report forecast_demand show_schedule "
    "set_schedule quarantine_stock"
).split()
ENTITIES = set(
    "order_number return_number purchase_order route stop date time_window duration quantity product supplier driver "
    "address postcode reason rating email phone depot percentage money".split()
)
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def words(text: str) -> list[str]:
    return WORD.findall(text.lower().replace("’", "'"))


#: The fewest examples of an intent in each language.
FEWEST = {"en": 60, "es": 40}
#: Intents of Spanish that are easily taken for each other, and how many examples each has at least.
CONFUSABLE = {
    "customer": (
        "track_order delivery_promise check_stock track_return start_return return_policy report_problem cancel_order "
        "reschedule_delivery change_address delivery_instructions"
    ).split(),
    "driver": "delivered failed_delivery skip_stop collected_return arrived report_delay stop_details".split(),
}
FILES = [path for language in FEWEST for path in sorted((DATA / language).glob("*.yml"))]


@pytest.mark.parametrize("language", FEWEST)
def test_what_all_say_has_examples_enough_and_no_other_is_there(language: str) -> None:
    counts = Counter(example.intent for example in read_yaml(DATA / language / "common.yml").examples)
    assert set(counts) == set(COMMON)
    assert min(counts.values()) >= FEWEST[language]


@pytest.mark.parametrize(
    ("language", "file", "intents", "common"),
    [
        ("en", "customer", CUSTOMER, COMMON),
        ("en", "driver", DRIVER, COMMON),
        ("en", "staff", STAFF, COMMON),
        ("es", "customer", CUSTOMER, ["affirm", "out_of_scope"]),
        ("es", "driver", DRIVER, COMMON),
    ],
)
def test_what_they_do_has_examples_enough_and_what_all_say_some_of_theirs(
    language: str, file: str, intents: list[str], common: list[str]
) -> None:
    counts = Counter(example.intent for example in read_yaml(DATA / language / f"{file}.yml").examples)
    assert set(counts) == {*intents, *common}
    assert min(counts[intent] for intent in intents) >= FEWEST[language]


def test_phrases_of_slash_commands_are_for_known_intents() -> None:
    assert set(aliases()) <= {*STAFF, *catalogue(Role.ADMIN)}


@pytest.mark.parametrize(("file", "intents"), CONFUSABLE.items())
def test_spanish_tells_apart_what_is_easily_confused(file: str, intents: list[str]) -> None:
    counts = Counter(example.intent for example in read_yaml(DATA / "es" / f"{file}.yml").examples)
    assert {intent: counts[intent] for intent in intents if counts[intent] < 60} == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_examples_are_valid_and_different(path: Path) -> None:
    examples = read_yaml(path).examples
    assert {span.entity for example in examples for span in example.spans} <= ENTITIES
    same = Counter(" ".join(words(example.text)) or example.text for example in examples)
    assert [text for text, count in same.items() if count > 1] == []
    shared: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for example in examples:
        cut = words(example.text)
        for four in {tuple(cut[at : at + 4]) for at in range(len(cut) - 3)}:
            shared[example.intent, four].append(example.source)
    assert {key: where for key, where in shared.items() if len(where) > 3} == {}


@pytest.mark.parametrize("language", FEWEST)
def test_a_message_does_not_mean_two_things_in_one_audience(language: str) -> None:
    for data in read_folder(DATA, language).values():
        meant: dict[str, set[str]] = defaultdict(set)
        for example in data.examples:
            meant[" ".join(words(example.text)) or example.text].add(example.intent)
        assert {text: intents for text, intents in meant.items() if len(intents) > 1} == {}


def test_notations() -> None:
    example = parse_example(
        '  send [2](quantity) of [kettel](product:kettle) to [us]{"entity": "depot", "value": "x"}', "i", "s"
    )
    assert example.text == "send 2 of kettel to us"
    assert [(s.entity, example.text[s.start : s.end], s.value) for s in example.spans] == [
        ("quantity", "2", "2"),
        ("product", "kettel", "kettle"),
        ("depot", "us", "x"),
    ]
    assert parse_example("smile :) [sic] (really)", "i", "s").text == "smile :) [sic] (really)"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("[order 5](order number)", "no entity name"),
        ('[x]{"entity"}', "no JSON object"),
        ("[ x](product)", "white space"),
        ("[[x](product)](driver)", "nested"),
        ("", "empty"),
    ],
)
def test_broken_examples_are_named(line: str, says: str) -> None:
    with pytest.raises(TrainingDataError, match=says) as error:
        parse_example(line, "i", "customer.yml:7")
    assert "customer.yml:7" in str(error.value)


def test_a_file_with_all_sections(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text(
        'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hi\n    - hello [there](product)\n'
        "- intent: bye\n  examples:\n  - text: |\n      bye\n- synonym: kettle\n  examples: |\n    - kettel\n"
        "- regex: code\n  examples: |\n    - \\d+\n- lookup: city\n  examples: |\n    - Ulm\n"
    )
    data = read_yaml(path)
    assert [(e.text, e.intent) for e in data.examples] == [("hi", "greet"), ("hello there", "greet"), ("bye", "bye")]
    assert data.examples[1].source.startswith("a.yml:6")
    assert (data.synonyms, data.regexes, data.lookups) == ({"kettel": "kettle"}, {"code": ["\\d+"]}, {"city": ["Ulm"]})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("nlu:\n- intent: a\n  examples: |\n    hi\n", r"a.yml:4 .*must begin with '- '"),
        ("nlu:\n- intent: a\n", r"a.yml:2: needs 'examples'"),
        ("stories: []\n", "a.yml:1: unknown key 'stories'"),
        ("nlu: {}\n", "must be a list"),
        ("- x\n", "must be a mapping"),
        ("nlu: [\n", "cannot be read"),
        ("nlu:\n- intent: a\n  examples: |\n    - ok\n    - [x](y z)\n", "a.yml:5"),
    ],
)
def test_broken_files_name_the_line(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "a.yml"
    path.write_text(content)
    with pytest.raises(TrainingDataError, match=says):
        read_yaml(path)


def test_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text":"hi you","intent":"greet","entities":[{"entity":"who","start":3,"end":6}]}\n\n')
    (example,) = read_jsonl(path).examples
    assert (example.spans[0].value, example.intent) == ("you", "greet")
    path.write_text(
        '{"text":"hi","intent":"greet"}\n{"text":"hi","intent":"greet","entities":[{"entity":"a","start":1,"end":9}]}'
    )
    with pytest.raises(TrainingDataError, match=r"a.jsonl:2: entity a lies outside"):
        read_jsonl(path)
    path.write_text('{"text":1}')
    with pytest.raises(TrainingDataError, match=r"a.jsonl:1"):
        read_jsonl(path)
