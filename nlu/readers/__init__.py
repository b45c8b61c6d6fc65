"""Values out of the whole words of a message, for fields that no entity fills. Pure; nothing raises.

Every module has its words by language; all languages are tried, so another one is another table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nlu.readers import addresses, instructions, privacy, problems, proofs, reports, settings, shifts, talk
from nlu.readers.addresses import Fields

__all__ = ["READERS", "Fields", "Reader"]

#: Takes the text and the words of the field's entity, where one was found. None when they say nothing. A mapping by
#: field names, where one reader fills several fields, is `nlu.readers.addresses.Fields`.
Reader = Callable[[str, str | None], Any]

READERS: Mapping[str, Reader] = {
    "address": addresses.find_address,
    "address_words": addresses.whole_address,
    "city": lambda text, _: addresses.city(text),
    "postcode_and_city": addresses.postcode_and_city,
    "house": lambda text, _: addresses.house(text),
    "words": lambda text, _: talk.words(text),
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
    "language": lambda text, _: settings.language(text),
}
