"""A new Command needs its class, its row, its texts, and training examples where it has an intent."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from actions.registry import NOT_BUILT_YET, REGISTRY, catalogue
from domain import commands
from domain.commands import Command
from domain.moment import Role

ROOT = Path(__file__).parents[2]
#: Reached by slash, button, payload or link alone.
WITHOUT_EXAMPLES = {
    "share_location",
    "start_messages",
    "bind_chat",
    "unreadable",
    "take_back_chat",
    "share_photo",
    "delivered_part",
    "depart",
}
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


def test_every_intent_has_examples():
    named = {intent for row in REGISTRY.values() for intent in row.intents}
    assert named - WITHOUT_EXAMPLES <= trained_intents()


def test_every_intent_of_a_customer_is_answered():
    assert set(catalogue(Role.CUSTOMER)) >= CUSTOMER_INTENTS | COMMON_INTENTS


def test_every_intent_of_a_driver_is_answered():
    assert set(catalogue(Role.DRIVER)) >= DRIVER_INTENTS | COMMON_INTENTS - {"stop"}


def test_what_a_person_still_does():
    """The wishes that are passed to a person until they are built; the list shrinks with every issue."""
    passed_on = {intent for intent, spec in catalogue(Role.CUSTOMER).items() if spec.command == "AskPerson"}
    assert passed_on == {"talk_to_human", *NOT_BUILT_YET}
    assert set(NOT_BUILT_YET) == {"start_return", "track_return", "return_policy"}


def test_a_customer_cannot_reach_what_comes_from_outside():
    for command in (commands.CreateOrder, commands.ChangeOrder, commands.RecordLocation):
        assert Role.CUSTOMER not in REGISTRY[command].roles
