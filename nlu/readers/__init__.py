"""Values out of the whole words of a message, for fields that no entity fills. Pure; nothing raises.

Every module has its words by language; all languages are tried, so another one is another table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from nlu.readers import (
    addresses,
    alike,
    awaiting,
    desk,
    dock,
    every,
    instructions,
    languages,
    moving,
    numbers,
    privacy,
    problems,
    proofs,
    reports,
    returning,
    returns,
    routes,
    schedules,
    settings,
    shifts,
    streets,
    talk,
)
from nlu.readers.addresses import Fields

__all__ = ["LONGEST_READ", "READERS", "Fields", "Reader"]


def _found(condition: str | None) -> Any:
    """The condition; "all fine" is as the customer said, unless they said that something was wrong."""
    return Fields({"condition": "expected", "says_fine": True}) if condition == "fine" else condition


#: Takes the text and the words of the field's entity, where one was found. None when they say nothing. A mapping by
#: field names, where one reader fills several fields, is `nlu.readers.addresses.Fields`.
Reader = Callable[[str, str | None], Any]

#: Of longer words the rest is not read.
LONGEST_READ = 2_000
#: Patterns with gaps would try every place of a long run of blanks.
_BLANKS = re.compile(r"\s{2,}")

_BY_NAME: Mapping[str, Reader] = {
    "address": addresses.find_address,
    "address_words": addresses.whole_address,
    "awaited": lambda text, _: awaiting.awaited(text),
    "city": lambda text, _: addresses.city(text),
    "postcode_and_city": addresses.postcode_and_city,
    "house": lambda text, _: addresses.house(text),
    "words": lambda text, _: talk.words(text),  # said to somebody, or of something
    "as_it_is": lambda text, _: talk.words(text),  # a name, a number, a list: no free words
    "wishes": lambda text, _: instructions.wishes(text),
    "note": lambda text, _: instructions.note(text),
    "wish_words": lambda text, _: instructions.words(text),
    "remove_wishes": lambda text, _: instructions.removes(text),
    "problem": lambda text, _: problems.problem(text),
    "story": lambda text, _: problems.story(text),
    "item": lambda text, _: problems.item(text),
    "no_photo": lambda text, _: problems.no_photo(text),
    "arrived": lambda text, _: problems.arrived(text),
    "privacy": lambda text, _: privacy.wish(text),
    "like": lambda text, _: alike.like(text),
    "moved_by": lambda text, _: moving.moved_by(text),
    "every_order": lambda text, _: every.every_order(text),
    "other_order": lambda text, _: every.other_order(text),
    "short_streets": lambda text, _: streets.short_streets(text),
    "same_day": lambda text, _: talk.same_day(text),
    "same_time": lambda text, _: talk.same_time(text),
    "score": lambda text, _: talk.score(text),
    "score_alone": lambda text, _: talk.score_alone(text),
    "remark": lambda text, _: talk.remark(text),
    "messages_on": lambda text, _: settings.messages_on(text),
    "channel": lambda text, _: settings.channel(text),
    "quiet": lambda text, _: settings.quiet(text),
    "odometer": lambda text, _: shifts.odometer(text),
    "counter": lambda text, _: shifts.counter(text),
    "damage": lambda text, _: shifts.damage(text),
    "damaged": lambda text, _: shifts.damaged(text),
    "damage_words": lambda text, _: shifts.damage_words(text),
    "yes_or_no": lambda text, _: shifts.yes_or_no(text),
    "leaves": lambda text, _: shifts.leaves(text),
    "streets_named": lambda text, _: streets.streets_named(text),
    "stop_number": lambda text, _: shifts.stop_number(text),
    "message": lambda text, _: shifts.message(text),
    "failure": lambda text, _: reports.failure(text),
    "incident": lambda text, _: reports.incident(text),
    "all_there": lambda text, _: reports.all_there(text),
    "lateness": lambda text, _: reports.lateness(text),
    "mileage": lambda text, _: reports.mileage(text),
    "taken_by": lambda text, _: proofs.taken_by(text),
    "taker": lambda text, _: proofs.taker(text),
    "pin_said": lambda text, _: proofs.pin_said(text),
    "pin": lambda text, _: proofs.pin(text),
    "without_photo": lambda text, _: proofs.without_photo(text),
    "condition": lambda text, _: proofs.condition(text),
    "part_only": lambda text, _: proofs.part_only(text),
    "further_stop": lambda text, _: proofs.further_stop(text),
    "from_route": lambda text, _: routes.from_route(text),
    "to_route": lambda text, _: routes.to_route(text),
    "other_route": lambda text, _: routes.other_route(text),
    "to_position": lambda text, _: routes.to_position(text),
    "schedule_wish": lambda text, _: schedules.wish(text),
    "schedule_job": lambda text, _: schedules.job(text),
    "schedule_time": lambda text, _: schedules.time_of_day(text),
    "schedule_every": lambda text, _: schedules.every(text),
    "schedule_days": lambda text, _: schedules.weekdays(text),
    "says_until": lambda text, _: schedules.says_until(text),
    "told_words": lambda text, _: talk.told_words(text),
    "route_number": lambda text, _: routes.route_number(text),
    "language": lambda text, _: languages.named(text),
    "policy_version": lambda text, _: desk.policy_version(text),
    "rule_named": lambda text, _: desk.rule_named(text),
    "as_written": lambda text, _: desk.as_written(text),
    "order_state": lambda text, _: desk.order_state(text),
    "sought": lambda text, _: desk.sought(text),
    "order_lines": lambda text, _: desk.order_lines(text),
    "named_stop": lambda text, _: routes.named_stop(text),
    "plan_part": lambda text, _: "drops" if desk.order_state(text) == "unplanned" else None,
    "plan_number": lambda text, _: desk.plan_number(text),
    "deed": lambda text, _: desk.deed(text),
    "case_filter": lambda text, _: desk.case_filter(text),
    "troubled_orders": lambda text, _: desk.troubled_orders(text),
    "case_group": lambda text, _: desk.case_group(text),
    "stock_change": lambda text, _: desk.stock_change(text),
    "approval_reference": lambda text, _: desk.approval_reference(text),
    "return_customer": lambda text, _: desk.return_customer(text),
    "every_return": lambda text, _: desk.every_return(text),
    "worth_under": lambda text, _: desk.worth_under(text),
    "resolution_given": lambda text, _: desk.resolution_given(text),
    "inspect_first": lambda text, _: desk.inspect_first(text),
    "staff_role": lambda text, _: desk.staff_role(text),
    "staff_named": desk.staff_named,
    "intent_named": lambda text, _: desk.intent_named(text),
    "message_reference": lambda text, _: desk.message_reference(text),
    "case_reference": lambda text, _: desk.case_reference(text),
    "found_condition": lambda text, _: _found(dock.found_condition(text)),
    "disposition": lambda text, _: dock.disposition(text),
    "counts": lambda text, _: numbers.counts(text) or None,
    "numbers": lambda text, _: numbers.numbers(text),
    "kpi": lambda text, _: numbers.kpi(text),
    "aim": lambda text, _: numbers.aim(text),
    "speaks_of": lambda text, _: returns.speaks_of(text),
    "of_credit": lambda text, _: returns.of_credit(text),
    "return_reason": lambda text, _: returning.reason(text),
    "return_reason_said": lambda text, _: returning.reason_said(text),
    "opened": lambda text, _: returning.opened(text),
    "opened_said": lambda text, _: returning.opened_said(text),
    "everything": lambda text, _: returning.everything(text),
    "counted": lambda text, _: returning.counted(text),
    "was_gift": lambda text, _: returning.was_gift(text),
    "resolution": lambda text, _: returning.resolution(text),
    "told_apart": lambda text, _: returning.told_apart(text),
    "exchanged_for": lambda text, _: returning.exchanged_for(text),
    "returned_products": lambda text, _: returning.products(text),
    "returned_quantity": lambda text, _: returning.quantity(text),
    "way_back": lambda text, _: returns.way_back(text),
    "way_wished": lambda text, _: returns.way_wished(text),
}


def _squeezed(reader: Reader) -> Reader:
    """The reader, given of a text what is read of it: with one blank for many, and an empty line for many."""
    return lambda text, named: reader(_BLANKS.sub(_blank, text[:LONGEST_READ]), named)


def _blank(run: re.Match[str]) -> str:
    return "\n" * min(run.group().count("\n"), 2) or " "


READERS: Mapping[str, Reader] = {name: _squeezed(reader) for name, reader in _BY_NAME.items()}
