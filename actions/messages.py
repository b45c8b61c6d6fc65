"""How somebody hears from us: whether, by which channel, at what times, in which language."""

from __future__ import annotations

from datetime import time

from actions import channels
from actions.choices import Ask, Known, Talk
from domain.commands import ChooseLanguage, SetMessages
from domain.conversations import Conversation
from domain.customers import Customer, Reach
from domain.dialogue import Frame
from domain.events import Thing, note
from domain.moment import Moment, Role
from domain.notices import Choice, LanguageChosen, MessagesSet, Notice
from domain.policies import QUIET_FROM, QUIET_UNTIL
from domain.refusals import Refusal
from storage.unit_of_work import UnitOfWork

PERSON = Choice(label="choice.person", command="AskPerson", slots={"topic": "talk_to_human"})
#: What "only by day" on a button means, and no quiet hours at all.
BY_DAY, ALWAYS = "18:00-09:00", "none"


def what_to_set(frame: Frame, talk: Talk) -> Known | Ask:
    """What shall change. Where nothing was said, how it is now and what it could be."""
    if any(frame.slots.get(name) is not None for name in ("on", "channel", "quiet", "language")):
        return Known({})
    customer = _customer(talk.uow, talk.at)
    now = _now(talk.conversation, customer, talk.at)
    choices = [Choice(label="choice.messages_off", slots={"on": False})]
    if not now.on:
        choices = [Choice(label="choice.messages_on", slots={"on": True})]
    if customer is not None:
        choices += _for_customer(customer, now, talk.uow, talk.at)
    choices += _languages(talk.at, besides=now.language)
    return Ask("channel", "message_settings", (*choices[:8], PERSON), now.facts())


def set_messages(command: SetMessages, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Set what was said. Refuses a channel that cannot reach them, a language nobody speaks, and to set for strangers what
    belongs to a customer.
    """
    if uow.chat is None:
        raise Refusal("only_in_chat")
    customer = _customer(uow, at)
    changed = []
    if command.channel is not None or command.quiet is not None:
        if customer is None:
            raise Refusal("settings_need_customer", choices=_for_strangers(uow.chat, at))
        changed += _set_for_customer(command, customer, uow, at)
    if command.language is not None:
        _speak(command.language, uow.chat, customer, at)
        changed.append("language")
    wanted = command.on if command.on is not None else True if command.channel is not None else None
    if wanted is not None and (command.on is not None or not _now(uow.chat, customer, at).on):
        (channels.end_silence if wanted else channels.silence)(uow.chat, at.actor.person, uow, at)
        changed.append("on")
    if customer is not None:
        uow.record(note(Thing("customer", str(customer.id)), "messages", at, changed=changed))
    return [_now(uow.chat, customer, at).model_copy(update={"changed": tuple(changed)})]


def which_language(frame: Frame, talk: Talk) -> Known | Ask:
    """Which of the languages that are spoken."""
    if frame.slots.get("language") is not None:
        return Known({})
    return Ask("language", "language", _languages(talk.at))


def choose_language(command: ChooseLanguage, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Speak a language to whoever writes, from now on. Refuses one that nobody speaks."""
    if uow.chat is None:
        raise Refusal("only_in_chat")
    customer = _customer(uow, at)
    _speak(command.language, uow.chat, customer, at)
    if customer is not None:
        uow.record(note(Thing("customer", str(customer.id)), "messages", at, changed=["language"]))
    return [LanguageChosen(language=command.language)]


def reachable(customer: Customer, uow: UnitOfWork, at: Moment) -> list[Reach]:
    """The channels of this installation that we know an address of theirs for."""
    chats = {chat.channel for chat in uow.chats.of_customer(customer.id or 0) if chat.dead_at is None}
    known = {Reach.EMAIL: bool(customer.email), Reach.SMS: bool(customer.phone), Reach.TELEGRAM: "telegram" in chats}
    return [each for each in Reach if each in at.policies.channels and known[each]]


def _set_for_customer(command: SetMessages, customer: Customer, uow: UnitOfWork, at: Moment) -> list[str]:
    changed = []
    if command.channel is not None:
        possible = reachable(customer, uow, at)
        if command.channel not in possible:
            installed = command.channel in at.policies.channels
            others = tuple(_by(each) for each in possible if each != customer.reach)
            raise Refusal(
                "channel_without_address" if installed else "no_such_channel",
                channel=command.channel, possible=[each.value for each in possible], choices=(*others, PERSON),
            )  # fmt: skip
        customer.reach = command.channel
        changed.append("channel")
    if command.quiet is not None:
        customer.quiet_from, customer.quiet_until = _quiet(command.quiet, customer)
        changed.append("quiet")
    return changed


def _quiet(said: str, customer: Customer) -> tuple[time, time]:
    """From when until when; equal times mean never. An open side stays as it was."""
    if said == ALWAYS:
        return time(0), time(0)
    start, _, end = said.partition("-")
    no_hours = customer.quiet_from is not None and customer.quiet_from == customer.quiet_until
    known_from = QUIET_FROM if no_hours else customer.quiet_from or QUIET_FROM
    known_until = QUIET_UNTIL if no_hours else customer.quiet_until or QUIET_UNTIL
    return (time.fromisoformat(start) if start else known_from), (time.fromisoformat(end) if end else known_until)


def _speak(language: str, chat: Conversation, customer: Customer | None, at: Moment) -> None:
    spoken = at.policies.languages
    if language not in spoken:
        choices = _languages(at, command="ChooseLanguage")
        raise Refusal("language_not_spoken", language=language, languages=list(spoken), choices=choices)
    chat.speak(language)
    if customer is not None:
        customer.language = language


def _languages(at: Moment, besides: str | None = None, command: str | None = None) -> tuple[Choice, ...]:
    """The languages that are spoken, to choose from."""
    return tuple(
        Choice(label="choice.language", values={"language": each}, command=command, slots={"language": each})
        for each in at.policies.languages
        if each != besides
    )


def _customer(uow: UnitOfWork, at: Moment) -> Customer | None:
    if at.actor.role != Role.CUSTOMER or at.actor.person is None:
        return None
    return uow.customers.get(at.actor.person)


def _now(chat: Conversation, customer: Customer | None, at: Moment) -> MessagesSet:
    """How it is now."""
    off = chat.messages_off or (customer is not None and customer.messages_off)
    start, end = (QUIET_FROM, QUIET_UNTIL)
    if customer is not None:
        start, end = customer.quiet_from or QUIET_FROM, customer.quiet_until or QUIET_UNTIL
    return MessagesSet(
        on=not off,
        known=customer is not None,
        channel=customer.reach if customer is not None else None,
        quiet_from=None if start == end else f"{start:%H:%M}",
        quiet_until=None if start == end else f"{end:%H:%M}",
        language=chat.language or (customer.language if customer is not None else None) or at.policies.languages[0],
    )


def _for_customer(customer: Customer, now: MessagesSet, uow: UnitOfWork, at: Moment) -> list[Choice]:
    """What else a known customer can choose."""
    possible = reachable(customer, uow, at)
    by = [
        Choice(label=f"choice.by_{each.value}", slots={"channel": each.value})
        for each in possible
        if each != now.channel and len(possible) > 1
    ]
    day = Choice(label="choice.only_by_day", slots={"quiet": BY_DAY})
    always = Choice(label="choice.at_any_time", slots={"quiet": ALWAYS})
    if now.quiet_from is None:
        return [*by, day]
    return [*by, *([day] if f"{now.quiet_from}-{now.quiet_until}" != BY_DAY else []), always]


def _by(channel: Reach) -> Choice:
    return Choice(label=f"choice.by_{channel.value}", command="SetMessages", slots={"channel": channel.value})


def _for_strangers(chat: Conversation, at: Moment) -> tuple[Choice, ...]:
    """What somebody we do not know can set."""
    on = Choice(label="choice.messages_on", command="SetMessages", slots={"on": True})
    off = Choice(label="choice.messages_off", command="SetMessages", slots={"on": False})
    return ((on if chat.messages_off else off), PERSON)
