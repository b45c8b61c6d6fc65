"""``roundsman nlu review``: what was not surely understood, one message after the other, in the terminal or from a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bot.cli.doing import opened

if TYPE_CHECKING:
    from domain.commands import Command
    from domain.learning import Utterance
    from domain.moment import Actor
    from domain.policies import Policies
    from storage.database import Database

HELP = (
    "A number takes what it stands for. o: out of scope · r: reject · s or Enter: later · e: edit the example · q: stop here · ?: what it can mean · "
    "or the name of an intent, or how it begins."
)


def review(
    audience: Annotated[str | None, typer.Option(help="Only messages of customer, driver or staff.")] = None,
    as_: Annotated[int | None, typer.Option("--as", help="Your number in `roundsman staff list`.")] = None,
) -> None:
    """Say what messages mean that were not surely understood. What is answered is kept at once; go on any time.

    Reads answers from standard input, one a line, so that it works in a pipe as well.
    """
    from actions.teaching import AUDIENCES

    if audience is not None and audience not in AUDIENCES:
        _stop(f"--audience must be customer, driver or staff, not {audience!r}")
    with opened() as (database, settings, _words):
        talk = _Review(database, settings.policies, _actor(database, as_), audience)
        talk.run(_answer)


def _answer(prompt: str) -> str | None:
    """The next line; None at the end."""
    try:
        return input(prompt if sys.stdin.isatty() else "")
    except (EOFError, KeyboardInterrupt):
        return None


@dataclass
class _Review:
    """One sitting: what was passed over is not shown again in it."""

    database: Database
    policies: Policies
    actor: Actor
    audience: str | None
    done: int = 0
    passed_over: list[str] = field(default_factory=list)

    def run(self, answer: Callable[[str], str | None]) -> None:
        """Go through what waits until there is no more, or no more answers."""
        typer.echo(HELP)
        while (one := self._next()) is not None:
            if not self._ask(one, answer):
                break
        waiting = self._count()
        typer.echo(f"{self.done} labelled, {waiting} still {'waits' if waiting == 1 else 'wait'}.")

    def _ask(self, one: Utterance, answer: Callable[[str], str | None]) -> bool:
        """Ask about one message until it is settled; False to stop."""
        example, choices = one.example, self._choices(one)
        _show(one, example, choices)
        while (said := answer("> ")) is not None:
            match said.strip():
                case "q":
                    return False
                case "" | "s":
                    self.passed_over.append(one.example)
                    return True
                case "r":
                    return self._perform("RejectMessage", {"message": one.name}) or True
                case "e":
                    example = self._edited(example, answer)
                    typer.echo(f"  {example}")
                case words:
                    intent = _meant(words, choices, one.audience)
                    if intent is None:
                        continue
                    slots = {"message": one.name, "intent": intent}
                    if self._perform(
                        "LabelMessage", {**slots, **({"example": example} if example != one.example else {})}
                    ):
                        return True
        return False

    def _edited(self, example: str, answer: Callable[[str], str | None]) -> str:
        """The example as it is written anew; as it was where the notation is broken or nothing is written."""
        from domain.annotated import read_annotated

        typer.echo("  Write it as it shall be learnt, e.g. where is [RM-10001](order_number):")
        written = (answer(": ") or "").strip()
        try:
            read_annotated(written or example)
        except ValueError as error:
            typer.echo(f"  {error}")
            return example
        return written or example

    def _choices(self, one: Utterance) -> list[str]:
        from actions.teaching import intents_of

        possible = intents_of(one.audience)
        return [each for each in one.suggested if each in possible]

    def _next(self) -> Utterance | None:
        from domain.moment import SYSTEM
        from storage.unit_of_work import UnitOfWork

        with self.database.reading() as session:
            return UnitOfWork(session, SYSTEM).utterances.next_open(0, self.audience, self.passed_over)

    def _count(self) -> int:
        from domain.moment import SYSTEM
        from storage.unit_of_work import UnitOfWork

        with self.database.reading() as session:
            return UnitOfWork(session, SYSTEM).utterances.count_open(self.audience)

    def _perform(self, command: str, slots: dict[str, Any]) -> bool:
        """Do it and say what came of it; False where it is refused."""
        from actions.perform import perform
        from actions.registry import BY_NAME
        from bot.clock import moment, new_id
        from domain.notices import MessageLabelled
        from domain.refusals import Refusal

        wanted: Command = BY_NAME[command](**slots)
        try:
            notices, _ = perform(self.database, [wanted], moment(self.actor, f"terminal:{new_id()}", self.policies))
        except Refusal as refusal:
            typer.echo(f"  {refusal}")
            return False
        for each in notices:
            if isinstance(each, MessageLabelled):
                more = f", with {each.count - 1} that say the same" if each.count > 1 else ""
                meant = f"means {each.intent}" if each.intent is not None else "is rejected"
                typer.echo(f"  {each.reference} {meant}{more}: {each.example}")
                self.done += each.count
        return True


def _show(one: Utterance, example: str, choices: list[str]) -> None:
    chances = {str(name): float(share) for name, share in one.guesses}
    typer.echo(f"\n{one.name} · {one.audience} · {one.language} · {one.why} · {one.at:%Y-%m-%d}")
    typer.echo(f"  {example}")
    for number, intent in enumerate(choices, start=1):
        chosen = " (what they chose then)" if intent == one.meant else ""
        share = f" {chances[intent]:.0%}" if intent in chances else ""
        typer.echo(f"  [{number}] {intent}{share}{chosen}")


def _meant(words: str, choices: list[str], audience: str) -> str | None:
    """The intent that was answered with; None, and a sentence said, where it is none or could be several."""
    from actions.teaching import intents_of
    from domain.meaning import OUT_OF_SCOPE

    if words == "o":
        return OUT_OF_SCOPE
    if words == "?":
        typer.echo(f"  {', '.join(intents_of(audience))}")
        return None
    if words.isdigit():
        if 1 <= int(words) <= len(choices):
            return choices[int(words) - 1]
        typer.echo(f"  There is no {words} here. {HELP}")
        return None
    name = "_".join(words.casefold().split())
    possible = intents_of(audience)
    found = [each for each in possible if each == name] or [each for each in possible if each.startswith(name)]
    if len(found) == 1:
        return found[0]
    nearest = found or [each for each in possible if name in each]
    typer.echo(f"  {', '.join(nearest)}?" if nearest else f"  No intent of a {audience} is called that. {HELP}")
    return None


def _actor(database: Database, number: int | None) -> Actor:
    """Whoever sits at the terminal: the person of that number, else the program itself. Exits where there is nobody."""
    from domain.moment import SYSTEM, Actor, Role
    from storage.unit_of_work import UnitOfWork

    if number is None:
        return SYSTEM
    with database.reading() as session:
        person = UnitOfWork(session, SYSTEM).people.get(number)
        if person is None or not person.active:
            _stop(f"Nobody on the staff list has the number {number}; see `roundsman staff list`.")
        return Actor(Role(person.role), person.id)


def _stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
