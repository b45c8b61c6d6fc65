"""A new Command needs its class, its row, its texts, and training examples where it has an intent."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
import yaml
from pydantic import ValidationError

from actions import registry
from actions.catalogue import catalogue
from actions.frames import slot_type
from actions.registry import REGISTRY
from actions.registry.talk import NOT_BUILT_YET, NOT_YET_FOR_STAFF
from actions.teaching import NOT_TAUGHT
from domain import commands
from domain.commands import Command
from domain.moment import STAFF, Role

ROOT = Path(__file__).parents[2]
CUSTOMER_INTENTS = {
    "track_order", "reschedule_delivery", "change_address", "delivery_instructions", "cancel_order", "start_return",
    "track_return", "return_policy", "report_problem", "rate_delivery", "delivery_promise", "check_stock",
    "proof_of_delivery", "notification_settings", "privacy_request",
}  # fmt: skip
DRIVER_INTENTS = {
    "start_shift", "end_shift", "show_route", "next_stop", "arrived", "delivered", "failed_delivery", "report_delay", "start_break",
    "end_break", "skip_stop", "collected_return", "report_incident", "navigate", "stop_details", "confirm_load", "undo",
}  # fmt: skip
COMMON_INTENTS = {"greet", "goodbye", "thank", "affirm", "deny", "help", "stop", "talk_to_human"}


def trained_intents() -> set[str]:
    texts = "".join(path.read_text("utf-8") for path in (ROOT / "nlu" / "data" / "en").glob("*.yml"))
    return set(re.findall(r"- intent: (\w+)", texts))


def test_every_command_has_a_row():
    made = {kind for _, kind in inspect.getmembers(commands, inspect.isclass) if issubclass(kind, Command)}
    assert made - {Command} == set(REGISTRY)


def test_every_command_is_in_one_table_only():
    tables = [import_module(f"actions.registry.{each.name}") for each in iter_modules(registry.__path__)]
    rows = [command for table in tables for command in getattr(table, "ROWS", ())]
    assert Counter(rows) == Counter(REGISTRY.keys() - {commands.Approve})


def test_every_intent_has_examples():
    named = {intent for row in REGISTRY.values() for intent in row.intents}
    assert named - NOT_TAUGHT <= trained_intents()


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_intent_that_is_understood_can_be_offered_in_words(language):
    """Somebody who was not understood for sure is asked whether they mean it."""
    named = {intent for row in REGISTRY.values() for intent in row.intents}
    labels = yaml.safe_load((ROOT / "bot" / "texts" / language / "intents.yml").read_text("utf-8"))["choice"]["intent"]
    small_talk = {"greet", "goodbye", "thank", "affirm", "deny", "stop"}
    assert set(labels) == (named & trained_intents()) - small_talk


def test_every_intent_of_a_customer_is_answered():
    assert set(catalogue(Role.CUSTOMER)) >= CUSTOMER_INTENTS | COMMON_INTENTS


def test_every_intent_of_a_driver_is_answered():
    assert set(catalogue(Role.DRIVER)) >= DRIVER_INTENTS | COMMON_INTENTS - {"stop"}


def test_what_staff_are_told_is_not_there_yet():
    """The list shrinks as their Commands are built."""
    told = {intent for intent, spec in catalogue(Role.ADMIN).items() if spec.command == "AskNotYet"}
    assert told == set(NOT_YET_FOR_STAFF)
    assert set(NOT_YET_FOR_STAFF) == {
        "outsource_delivery",
        "low_stock", "create_purchase_order", "approve_purchase_order", "receive_purchase_order",
        "purchase_order_status", "forecast_demand", "quarantine_stock",
    }  # fmt: skip


def test_what_a_person_still_does():
    """The wishes that are passed to a person until they are built; the list shrinks with every issue."""
    passed_on = {intent for intent, spec in catalogue(Role.CUSTOMER).items() if spec.command == "AskPerson"}
    assert passed_on == {"talk_to_human", *NOT_BUILT_YET}
    assert set(NOT_BUILT_YET) == set()


def test_a_customer_cannot_reach_what_comes_from_outside():
    for command in (commands.CreateOrder, commands.ChangeOrder, commands.RecordLocation):
        assert Role.CUSTOMER not in REGISTRY[command].roles


@pytest.mark.parametrize(
    "command", [each for each, row in REGISTRY.items() if row.roles & STAFF], ids=lambda each: each.__name__
)
def test_no_number_that_staff_give_is_too_large_for_a_database(command):
    for name in command.model_fields:
        if _takes(command, name, 1):
            assert not _takes(command, name, 2**31), name


def _takes(command, name, number):
    try:
        return slot_type(command, name).validate_python(number, strict=True) == number
    except ValidationError:
        return False
