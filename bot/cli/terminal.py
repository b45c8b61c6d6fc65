"""``roundsman chat``: the conversation in a terminal, by the same path as every channel."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def chat(
    as_: Annotated[
        str,
        typer.Option(
            "--as",
            help="customer:ID (number or external id), customer:new, driver:ID (number or code), or staff:ID (number)",
        ),
    ] = "customer:new",
) -> None:
    """Talk to Roundsman; one message a line, also from a pipe. A button's number presses it."""
    from bot.clock import new_id
    from bot.compose import Program
    from bot.logs import set_up_logs
    from bot.receive import TooLong

    set_up_logs("ERROR", "console")
    program = Program.compose()
    address, who = _who(program, as_)
    program.load()
    talk = _Talk(program, address, who)
    prompt = "> " if sys.stdin.isatty() else ""
    try:
        while True:
            try:
                line = input(prompt)
            except (EOFError, KeyboardInterrupt):
                break
            try:
                talk.say(line, f"terminal:{new_id()}")
            except TooLong as error:
                typer.echo(str(error))
    finally:
        program.close()


class _Talk:
    """One terminal conversation; remembers the buttons last shown."""

    def __init__(self, program: object, address: str, who: dict[str, int]) -> None:
        from bot.compose import Program

        assert isinstance(program, Program)
        self._program = program
        self._address = address
        self._who = who
        self._payloads: list[str] = []

    def say(self, line: str, key: str) -> None:
        """Say one line and print what comes back."""
        from bot.cards import plain
        from bot.channels.rest import as_rasa
        from bot.receive import Message

        text = line
        if line.strip().isdigit() and 1 <= int(line) <= len(self._payloads):
            text = self._payloads[int(line) - 1]
        message = Message("terminal", self._address, text, key, **self._who)  # type: ignore[arg-type]
        self._payloads = []
        for shown in self._program.receiver.answer(message):
            reply = as_rasa(self._program, self._address, shown, shown.language)
            typer.echo(plain(reply["text"]))
            for button in reply.get("buttons", []):
                self._payloads.append(button["payload"])
                typer.echo(f"  [{len(self._payloads)}] {button['title']}")
        typer.echo("")


def _who(program: object, name: str) -> tuple[str, dict[str, int]]:
    """The chat's address, and whose it is. Exits with a sentence when there is nobody like that."""
    from bot.clock import new_id
    from bot.compose import Program

    assert isinstance(program, Program)
    role, _, who = name.partition(":")
    if role not in _FINDERS or not who or (who == "new" and role != "customer"):
        typer.echo(
            f'"{name}" is nobody I know how to be; say customer:ID, customer:new, driver:ID or staff:ID.', err=True
        )
        raise typer.Exit(2)
    if who == "new":
        return new_id(), {}
    find, where = _FINDERS[role]
    found = find(program, who)
    if found is None:
        typer.echo(f'There is no {role} "{who}"; `{where}` shows them.', err=True)
        raise typer.Exit(2)
    return f"{role}:{found}:{new_id()}", {f"{role}_id": found}


def _customer(program: object, who: str) -> int | None:
    """The customer with that number or external id."""
    from bot.compose import Program
    from domain.customers import Customer
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    assert isinstance(program, Program)
    with program.database.reading() as session:
        if who.isdigit():
            found = session.get(Customer, int(who))
        else:
            found = UnitOfWork(session, SYSTEM).customers.by_external_id(who)
        return found.id if found is not None else None


def _driver(program: object, who: str) -> int | None:
    """The driver with that number or code, if they still drive."""
    from bot.compose import Program
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    assert isinstance(program, Program)
    with program.database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        found = uow.driving.driver(int(who)) if who.isdigit() else uow.fleet.driver(who)
        return found.id if found is not None and found.active else None


def _staff(program: object, who: str) -> int | None:
    """Who works here under that number or name."""
    from bot.compose import Program
    from domain.moment import SYSTEM
    from storage.unit_of_work import UnitOfWork

    assert isinstance(program, Program)
    with program.database.reading() as session:
        people = UnitOfWork(session, SYSTEM).people
        found = [people.get(int(who))] if who.isdigit() else people.named(who)
        return next((each.id for each in found if each is not None and each.active), None)


#: By role: who is meant, and the command that lists them.
_FINDERS = {
    "customer": (_customer, "roundsman demo show"),
    "driver": (_driver, "roundsman driver list"),
    "staff": (_staff, "roundsman staff list"),
}
