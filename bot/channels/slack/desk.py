"""Who of the business writes in Slack, and what that comes to; all of it in the core's threads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import structlog

from actions.desk.cases import is_talk
from actions.desk.rooms import begin_talk
from actions.perform import perform_in
from actions.returns.waiting import case_of, is_review, last_case_of
from bot.channels.slack.incoming import CHANNEL, PERSON, Incoming
from bot.clock import moment, new_id, now
from bot.compose import Program
from bot.receive import Message, Saved, TooLong
from domain.cases import Case
from domain.commands import Command, RegainChannel, SetRole, UseRoom
from domain.moment import SYSTEM, Role
from domain.notices import Choice
from domain.refusals import NotFound
from domain.staff import Staff
from storage import outbox
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that was saved, or words why it was not; neither where nothing was said to us."""

    saved: Saved | None = None
    refusal: str | None = None


class Desk:
    """Takes in what staff say."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def take(self, incoming: Incoming, wish: Choice | None = None) -> Taken:
        """Save what somebody said, pressed or (``wish``) filled in, if they are staff."""
        with self._program.database.reading() as session:
            uow = UnitOfWork(session, SYSTEM)
            case = self._talk_under(incoming, uow)
            if case is not None and not case.is_open and incoming.to_bot:
                case = None  # nobody waits there any more: it is said to us
            if case is None and not incoming.to_bot:
                return Taken()
            person = uow.people.of_slack(incoming.user)
            refusal = self._refusal(person, incoming)
            if refusal is None and case is not None:
                refusal = self._not_sent(case, incoming)
            if refusal is not None:
                return Taken(refusal=refusal)
            if case is not None:
                wish = _answer(case, _with_names(incoming.text, uow))
        assert person is not None
        self.know_direct(person)
        message = Message(
            CHANNEL,
            str(incoming.address),
            incoming.text,
            incoming.key,
            staff_id=person.id,
            said=incoming.said,
            wish=wish,
        )
        try:
            return Taken(self._program.receiver.save(message))
        except TooLong:
            return Taken(refusal=self._say("too_long"))

    def _not_sent(self, case: Case, incoming: Incoming) -> str | None:
        """Words why an answer does not go to whoever the case is about; None where it does."""
        if not case.is_open:
            return self._say("case_settled", case=case.detail.get("return_number") or case.name)
        return self._say("file_not_sent") if incoming.files else None

    def _talk_under(self, incoming: Incoming, uow: UnitOfWork) -> Case | None:
        """The case whose customer is answered, where somebody writes under its message; None anywhere else."""
        if incoming.under is None or incoming.mentioned or incoming.means != "words":
            return None
        chats = uow.chats.at_place(CHANNEL, incoming.address.place)
        noun, _, reference = (outbox.live_of(uow.session, chats, incoming.under) or "").partition(":")
        if noun == "return":
            return self._review_of(reference, uow)
        if noun != "case":
            return None
        try:
            case = uow.cases.get(reference)
        except NotFound:
            return None
        return case if is_talk(case) else None

    def knows_parent(self, incoming: Incoming) -> bool:
        """Whether the message that somebody wrote under is on record as sent."""
        with self._program.database.reading() as session:
            chats = UnitOfWork(session, SYSTEM).chats.at_place(CHANNEL, incoming.address.place)
            return outbox.is_sent_as(session, chats, incoming.under or "")

    def _review_of(self, number: str, uow: UnitOfWork) -> Case | None:
        """The exception of a return, by which its customer is answered; the last one, where it is decided."""
        made = uow.returns.find(number)
        return case_of(made, uow) or last_case_of(made, uow) if made is not None else None

    def refusal(self, incoming: Incoming) -> str | None:
        """Words for who may command nothing; None for staff."""
        with self._program.database.reading() as session:
            return self._refusal(UnitOfWork(session, SYSTEM).people.of_slack(incoming.user), incoming)

    def person(self, user: str) -> Staff | None:
        """Who a user is, if they work here."""
        with self._program.database.reading() as session:
            found = UnitOfWork(session, SYSTEM).people.of_slack(user)
        return found if found is not None and found.active else None

    def users(self) -> dict[str, str]:
        """The users of all staff who have one, by name; nobody whose name two of them have."""
        with self._program.database.reading() as session:
            people = [each for each in UnitOfWork(session, SYSTEM).people.all() if each.slack_id]
        counts = Counter(each.name for each in people)
        return {each.name: each.slack_id for each in people if each.slack_id and counts[each.name] == 1}

    def _refusal(self, person: Staff | None, incoming: Incoming) -> str | None:
        if person is not None and person.active:
            return None
        log.warning("slack.refused", why="stranger" if person is None else "left", user=incoming.user)
        return self._say("stranger", person=incoming.user) if person is None else self._say("left")

    def know_direct(self, person: Staff) -> None:
        """Begin the talk with somebody alone, so that they can be told things before they ever wrote there."""

        with self._program.database.reading() as session:
            known = UnitOfWork(session, SYSTEM).chats.find(CHANNEL, person.slack_id or "")
            if known is not None and known.staff_id == person.id:
                return
        at = moment(SYSTEM, f"{CHANNEL}:{new_id()}", self._program.settings.policies)
        self._program.database.retrying(lambda session: begin_talk(person, UnitOfWork(session, SYSTEM), at))

    # At the start

    def admins_missing(self) -> list[str]:
        """Users who are to be admins by the settings, and are not."""
        with self._program.database.reading() as session:
            people = UnitOfWork(session, SYSTEM).people
            return [each for each in self._program.settings.slack_admin_ids if not _is_admin(people.of_slack(each))]

    def make_admin(self, user: str, name: str) -> None:
        """Put a user on the staff list as admin."""
        with self._program.database.reading() as session:
            known = UnitOfWork(session, SYSTEM).people.of_slack(user)
        self._perform(SetRole(person=user if known is not None else name[:80], role="admin", slack_id=user, new=True))

    def open_rooms(self) -> None:
        """Begin the talks with all staff alone, and the room of the whole business that the settings name."""
        with self._program.database.reading() as session:
            people = [each for each in UnitOfWork(session, SYSTEM).people.all() if each.slack_id]
            room = UnitOfWork(session, SYSTEM).chats.find(CHANNEL, self._program.settings.slack_channel)
        for each in people:
            self.know_direct(each)
        if self._program.settings.slack_channel and (room is None or room.desk is None):
            self._perform(UseRoom(room=self._program.settings.slack_channel))

    def regain(self, place: str) -> None:
        """The app is in a channel (again): what is to be said there arrives."""
        with self._program.database.reading() as session:
            chats = UnitOfWork(session, SYSTEM).chats
            dead = [
                each.id for each in chats.of_ids(chats.at_place(CHANNEL, place)).values() if each.dead_at is not None
            ]
        for conversation_id in dead:
            self._perform(RegainChannel(conversation=conversation_id or 0))

    def _perform(self, command: Command) -> None:
        at = moment(SYSTEM, f"{CHANNEL}:{new_id()}", self._program.settings.policies)
        self._program.database.retrying(lambda session: perform_in(session, [command], at))

    def _say(self, name: str, **facts: Any) -> str:
        return self._program.words.say(f"slack.{name}", facts, None, now())


def _answer(case: Case, words: str) -> Choice:
    if is_review(case):
        slots = {"return_number": case.detail["return_number"], "words": words}
        return Choice(label="choice.form_sent", command="AskAboutReturn", slots=slots)
    return Choice(label="choice.form_sent", command="AnswerChat", slots={"case": case.name, "words": words})


def _with_names(text: str, uow: UnitOfWork) -> str:
    """The words for somebody outside the workspace: people by their names."""
    people = {user: uow.people.of_slack(user) for user in PERSON.findall(text)}
    return PERSON.sub(lambda found: people[found[1]].name if people[found[1]] else "", text)  # type: ignore[union-attr]


def _is_admin(person: Staff | None) -> bool:
    return person is not None and person.active and person.role == Role.ADMIN
