"""Slash commands of staff (``/rounds publish tomorrow``): their phrase, words and keys, as a conversation takes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from actions.catalogue import BY_BUTTON, catalogue
from actions.registry import BY_NAME, REGISTRY
from bot.given import slot_of, typed
from domain.dialogue import CommandSpec
from domain.meaning import BY_CHANNEL, INFORM, OUT_OF_SCOPE, Engine, Meaning
from domain.moment import Role
from domain.notices import Choice
from nlu import grammar
from nlu.answers import SURE, values_for
from nlu.readers import desk
from nlu.readers.languages import wished

#: What a slash command begins with, in chats that have none of their own.
PREFIX = re.compile(r"\s*/rounds(?:man)?(?:\s+|$)", re.IGNORECASE)
#: So few words that begin nearly like a phrase are one misspelt; more of them speak for themselves.
_FEW_WORDS = 3
_WORD = re.compile(r"[^\W_]+")
_ASKED_BACK = "ask_phrase"
#: What a channel means, and nobody says.
_NOT_SAID = frozenset({_ASKED_BACK, "unreadable", "share_location", *BY_BUTTON})
#: What a short message asks for that names an exception and nothing else that is known.
_CASE_ITSELF = "show_case"
#: The wishes that are about an approval.
_ABOUT_APPROVALS = frozenset({"sign_off", "turn_down"})


def understand(text: str, engine: Engine, now: datetime, zone: ZoneInfo) -> Meaning | Choice:
    """What a slash command means: its words, or the Command asked for where it has ``key=value`` besides.

    Without a known phrase plain words count, where they surely mean something; else what may have been meant is said.
    """
    words = PREFIX.sub("", text, count=1)
    if wished(words) is not None:
        return Meaning(words)
    named = _about_what_is_named(words)
    if named is not None:
        return engine.parse_as(words, (named,), "staff", now, zone)
    said = grammar.read(words or "help", _phrases())
    if isinstance(said, grammar.Unknown):
        meaning = engine.parse(words, "staff", now, zone)
        sure = meaning.intent not in {INFORM, OUT_OF_SCOPE} and meaning.confidence >= SURE
        clear = sure and (not said.suggestions or len(words.split()) > _FEW_WORDS)
        return replace(meaning, engine=BY_CHANNEL) if clear else _ask_back(phrases=said.suggestions)
    meaning = engine.parse_as(said.text, said.intents, "staff", now, zone)
    if not said.given:
        return meaning
    spec = _understood()[meaning.intent]
    unknown = next((key for key in said.given if slot_of(spec, key) is None), None)
    if unknown is not None:
        return _ask_back(
            key=unknown, keys=tuple(slot.name for slot in spec.slots if slot.entity or not slot.whole_text)
        )
    values, _ = values_for(spec.slots, meaning)
    given = typed(spec, said.given, now, zone)
    return Choice(label="choice.form_sent", command=spec.command, slots={**values, **spec.fixed, **given})


def form_wanted(text: str, engine: Engine, now: datetime, zone: ZoneInfo) -> Choice | None:
    """What a slash command wants that is better filled in: a Command with a form, of which more is needed than it says."""
    said = understand(text, engine, now, zone)
    if isinstance(said, Meaning):
        spec = _understood().get(said.intent)
        if spec is None:
            return None
        values, _ = values_for(spec.slots, said)
        said = Choice(label="choice.form_sent", command=spec.command, slots={**values, **spec.fixed})
    command = BY_NAME[said.command or ""]
    needed = {name for name, info in command.model_fields.items() if info.is_required()}
    return said if REGISTRY[command].form and needed - said.slots.keys() else None


def said_plainly(text: str, engine: Engine, now: datetime, zone: ZoneInfo) -> Meaning | None:
    """What words without a slash mean that begin with the phrase of a wish nobody has taught the engine; None for others.

    A phrase of a single word counts where nothing but values follows it.
    """
    named = _about_what_is_named(text)
    if named is not None:
        return engine.parse_as(text, (named,), "staff", now, zone)
    wishes = frozenset(_understood()) - engine.taught("staff")
    said = grammar.read(text, _phrases_of(wishes))
    if isinstance(said, grammar.Said):
        return None if said.given else engine.parse_as(said.text, said.intents, "staff", now, zone)
    said = grammar.read(text, _words_of(wishes))
    if isinstance(said, grammar.Said) and not said.given:
        meaning = engine.parse_as(said.text, said.intents, "staff", now, zone)
        return None if _beside_values(said, meaning) else meaning
    if desk.case_reference(text) and len(text.split()) <= _FEW_WORDS:
        return engine.parse_as(text, (_CASE_ITSELF,), "staff", now, zone)
    return None


def meant(text: str) -> Meaning:
    """The meaning of what is asked for by a Choice: nothing but its words."""
    return Meaning(text, engine=BY_CHANNEL)


@cache
def _understood() -> Mapping[str, CommandSpec]:
    return catalogue(Role.ADMIN)


@cache
def _phrases() -> grammar.Verbs:
    return grammar.verbs((intent for intent in _understood() if intent not in _NOT_SAID), grammar.aliases())


@cache
def _words_of(intents: frozenset[str]) -> grammar.Verbs:
    """Their phrases of one word that were chosen for them; the first words of their names are too common."""
    return {
        phrase: tuple(intent for intent in meant if intent in intents)
        for phrase, meant in grammar.verbs(sorted(intents - _NOT_SAID), grammar.aliases()).items()
        if any(phrase in grammar.aliases().get(intent, ()) for intent in meant) and " " not in phrase
    }


def _about_what_is_named(text: str) -> str | None:
    """The wish about the exception or approval that a text names; None where it names none, or wants something else."""
    kind = "approval" if desk.approval_reference(text) else "case" if desk.case_reference(text) else None
    said = grammar.read(text, _verbs_about(kind)) if kind is not None else None
    return said.intent if isinstance(said, grammar.Said) and not said.given else None


@cache
def _verbs_about(kind: str) -> grammar.Verbs:
    known = grammar.reference_verbs().items()
    chosen = {intent: said for intent, said in known if (intent in _ABOUT_APPROVALS) == (kind == "approval")}
    return {phrase: (intent,) for intent, said in chosen.items() for phrase in said}


def _beside_values(said: grammar.Said, meaning: Meaning) -> bool:
    """Whether more follows the phrase than what was understood as values."""
    spans = [(entity.start, entity.end) for entity in meaning.entities]
    begins = len(said.text) - len(said.rest)
    return any(
        match.group().lower() not in grammar.IDLE
        and not any(start <= begins + match.start() < end for start, end in spans)
        for match in _WORD.finditer(said.rest)
    )


@cache
def _phrases_of(intents: frozenset[str]) -> grammar.Verbs:
    """Their phrases of several words; a single one begins too much else."""
    known = grammar.verbs(sorted(intents - _NOT_SAID), grammar.aliases())
    return {phrase: meant for phrase, meant in known.items() if " " in phrase}


def _ask_back(**slots: Any) -> Choice:
    return Choice(label="choice.form_sent", command=_understood()[_ASKED_BACK].command, slots=slots)
