"""Forms in words: what a page or a dialogue shows of a Command's form, and what comes back from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from actions.forms import Wrong, form_of, read_form
from actions.registry import BY_NAME, REGISTRY
from bot.clock import now
from bot.compose import Program
from bot.words import Words
from domain.forms import Form, FormField, Kind
from domain.moment import SYSTEM
from domain.notices import Choice
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Labelled:
    """A field with its words; ``options`` as value and title, ``hint`` None where nothing needs saying."""

    field: FormField
    label: str
    hint: str | None
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FormShown:
    """A form ready to be shown."""

    form: Form
    title: str
    send: str
    fields: tuple[Labelled, ...]


def form_behind(program: Program, button_id: str, language: str | None = None) -> FormShown | None:
    """The form that a button opens; None where there is no such button, or it has expired, or opens none."""
    with program.database.reading() as session:
        button = UnitOfWork(session, SYSTEM).chats.button(button_id)
    if button is None or button.expires_at < now():
        return None
    choice = Choice.model_validate(button.choice)
    return form_for(program, choice, language) if choice.form else None


def form_for(program: Program, choice: Choice, language: str | None = None) -> FormShown | None:
    """The form of the Command that a choice starts; None where it has none."""
    command = BY_NAME.get(choice.command or "")
    if command is None or not REGISTRY[command].form:
        return None
    with program.database.reading() as session:
        form = form_of(command, choice.slots, UnitOfWork(session, SYSTEM))
    return in_words(form, program.words, language)


def in_words(form: Form, words: Words, language: str | None = None) -> FormShown:
    """A form with its title and the labels of its fields."""
    fields = tuple(_labelled(form.command, each, words, language) for each in form.fields)
    title = _word((f"form.{form.command}.title",), form.command, words, language)
    send = _word((f"form.{form.command}.send", "form.send"), "send", words, language)
    return FormShown(form, title, send, fields)


def answered(
    form: Form, values: Mapping[str, str], words: Words, language: str | None = None
) -> Choice | dict[str, str]:
    """What a filled-in form asks for, or a sentence for each field that is wrong; ``""`` is the form as a whole.

    What the form has no field for cannot be filled in.
    """
    shown = {each.name for each in form.fields}
    if not values.keys() <= shown:
        return {"": words.say("form.wrong.not_asked", {}, language, now())}
    read = read_form(form.command, form.slots, values)
    if isinstance(read, Choice):
        return read
    found: dict[str, str] = {}
    for wrong in read:
        name = next((each for each in shown if wrong.field == each or wrong.field.startswith(f"{each}.")), "")
        found.setdefault(name, _why(wrong, words, language))
    return found


def _why(wrong: Wrong, words: Words, language: str | None) -> str:
    """A sentence for what is wrong; what a check of ours said stands without the library's preface."""
    key = f"form.wrong.{wrong.kind}"
    if words.knows(key, language):
        return words.say(key, {}, language, now())
    return f"{wrong.why.removeprefix('Value error, ')[:300].rstrip('.')}."


def _labelled(command: str, field: FormField, words: Words, language: str | None) -> Labelled:
    last = field.name.rpartition(".")[2]
    keys = (f"form.{command}.{field.name.replace('.', '_')}", f"form.field.{last}")
    hint = next((f"{key}_hint" for key in keys if words.knows(f"{key}_hint", language)), None)
    options = tuple(
        (each.value, each.name or _word((f"form.option.{each.value}",), each.value, words, language))
        for each in field.options
    )
    if field.kind == Kind.YES_NO:
        options = tuple(
            (value, _word((f"form.option.{value}",), value, words, language)) for value in ("true", "false")
        )
    hinted = words.say(hint, {}, language, now()) if hint else None
    return Labelled(field, _word(keys, last, words, language), hinted, options)


def _word(keys: tuple[str, ...], otherwise: str, words: Words, language: str | None) -> str:
    """The first of the texts there is, else the name as people write it."""
    known = next((key for key in keys if words.knows(key, language)), None)
    return words.say(known, {}, language, now()) if known else otherwise.replace("_", " ").capitalize()
