"""What commands share: the business opened, a Command performed, and one sentence where something cannot be done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.settings import Settings
    from bot.words import Words
    from domain.commands import Command
    from domain.notices import Notice
    from storage.database import Database


@contextmanager
def opened() -> Iterator[tuple[Database, Settings, Words]]:
    """The database as the settings say, the settings, and the words to tell things in. Raises WrongSetting."""
    from bot.compose import open_database
    from bot.geocoding import check_geocoder
    from bot.logs import set_up_logs
    from bot.settings import load_settings
    from bot.words import Words

    settings = load_settings()
    set_up_logs("ERROR", settings.log_format)
    check_geocoder(settings)
    database = open_database(settings)
    try:
        yield database, settings, Words(settings.spoken, settings.zone, settings.texts_folder, settings.url)
    finally:
        database.close()


def performed(
    database: Database, settings: Settings, words: Words, make: Callable[[], Command], *, refused: int = 1, wrong: int = 2
) -> list[Notice]:  # fmt: skip
    """What came of the Command that ``make`` makes. Ends the program with a sentence, and ``wrong`` as exit code where its
    values are, ``refused`` where it is refused.
    """
    from pydantic import ValidationError

    from actions.perform import perform
    from bot.clock import moment, new_id
    from bot.faults import faults
    from domain.moment import SYSTEM
    from domain.refusals import Refusal
    from domain.values import plain

    at = moment(SYSTEM, f"cli:{new_id()}", settings.policies)
    try:
        return perform(database, [make()], at)[0]
    except ValidationError as error:
        fail(str(faults(error)[0]), wrong)
    except Refusal as refusal:
        fail(words.say(refusal.text, plain(refusal.values), None, at.now), refused)


def fail(sentence: str, code: int = 2) -> NoReturn:
    """End the program with a sentence."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
