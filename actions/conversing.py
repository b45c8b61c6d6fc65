"""The talk of one turn: questions until a command is whole, then the command, then what was waiting before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from actions.catalogue import catalogue
from actions.choices import Ask, Talk, is_visible
from actions.desk import talk as desk_talk
from actions.driving.menu import DISPATCHER, menu
from actions.frames import commands_of, completed
from actions.handlers import perform_all
from actions.learning import learn_from
from actions.reaching import SHOWS_FORMS
from actions.registry import BY_NAME, REGISTRY
from actions.several import all_named
from actions.talk import MENU, PERSON
from domain.commands import Command, Slot
from domain.conversations import Conversation
from domain.dialogue import ASK_BACK, CONFIRM, DID_YOU_MEAN, FACT, Dialogue, Fill, Frame, Heard
from domain.moment import Moment, Role
from domain.notices import Asked, Choice, Notice, Refused, Said
from domain.refusals import ProofFailed, Refusal
from domain.returns import RETURNS
from storage.unit_of_work import UnitOfWork

#: More commands than this never come out of one message.
MOST_STEPS = 6


#: So many orders are told at once each with its buttons.
_WITH_BUTTONS = 2
#: Slots that are one answer: when one was the trouble all are asked for again.
_ASKED_TOGETHER = (("day", "window"), ("street", "postcode", "city", "place", "house"))
#: Nothing is said of these themselves: their question follows, or was answered by the same button a moment ago.
_UNSAID = frozenset({DID_YOU_MEAN, "repeated"})
#: After these nothing more is said in that turn.
_NO_MORE = frozenset({"cancel_what", "repeated"})
#: After these nothing that was asked before is of use.
_ENDS_ALL = frozenset({"AskPerson", "EndShift"})


@dataclass
class Conversed:
    """What a turn said, in order, and how it ended: done, asked, refused, puzzled, dropped, kept, stale,
    repeated."""

    notices: list[Notice] = field(default_factory=list)
    outcome: str = "done"
    command: str | None = None


def converse(heard: Heard, uow: UnitOfWork, at: Moment, fill: Fill) -> Conversed:
    """Take what was heard in the unit of work's chat as far as it goes, and remember where the talk stands."""
    chat = uow.chat
    assert chat is not None, "a conversation is locked before it is talked in"
    before, known = chat.remembered(at.now), catalogue(at.actor.role)
    step = fill(before, heard, known, at.ids())
    said = Conversed(outcome=step.said or "done")
    dialogue = step.dialogue
    said.notices += _opening(step.said, dialogue, uow, at)
    if step.said not in _NO_MORE:
        dialogue = _go_on(dialogue, chat, uow, at, said, heard.meaning.goods)
    if said.outcome == DID_YOU_MEAN and said.command != ASK_BACK:  # only one of them could be meant
        said.outcome = "asked" if dialogue.current is not None and dialogue.current.asking is not None else "done"
    if step.said is None and _only_adds_words(before.current, dialogue.current):
        said.notices.insert(0, Said(what="noted"))
    is_customer = at.actor.role == Role.CUSTOMER and at.actor.person is not None
    if dialogue.current is None and not dialogue.pin_looked_for and is_customer:
        dialogue = _ask_for_pin(dialogue, chat, uow, at, said)
    if dialogue.done is not None and dialogue.done == before.done:
        dialogue = dialogue.model_copy(update={"done": None})  # something else was said since
    if at.actor.role == Role.CUSTOMER:
        dialogue = _with_steps(dialogue, before, said.notices)
    chat.remember(learn_from(heard, before, dialogue, said.outcome, said.command, known, uow, at))
    return said


def _with_steps(dialogue: Dialogue, before: Dialogue, told: Sequence[Notice]) -> Dialogue:
    """With the steps of the return that were offered last, which can be said in words as long as it is talked about."""
    offered = tuple(
        choice for notice in told for choice in notice.choices if choice.command and choice.slots.get("return_number")
    )
    if offered:
        return dialogue.model_copy(update={"steps": offered})
    still = dialogue.about_return is not None and dialogue.about_return == before.about_return
    return dialogue if still or not dialogue.steps else dialogue.model_copy(update={"steps": ()})


def _only_adds_words(before: Frame | None, now: Frame | None) -> bool:
    """Whether the question still waits, and what was said has only been put beside what was told before."""
    if before is None or now is None or (before.id, before.asking) != (now.id, now.asking):
        return False
    changed = {name for name in now.slots if now.slots[name] != before.slots.get(name)}
    return bool(changed) and changed <= _told_beside(BY_NAME[now.command], now.asking) | {"way_wished"}


@cache
def _told_beside(command: type[Command], asked: str | None) -> frozenset[str]:
    """The fields that what is said in answer to a question is added to."""
    return frozenset(
        name
        for name, info in command.model_fields.items()
        for slot in info.metadata
        if isinstance(slot, Slot) and asked in slot.beside
    )


def _opening(said: str | None, dialogue: Dialogue, uow: UnitOfWork, at: Moment) -> list[Notice]:
    waiting = dialogue.current is not None
    if said in _UNSAID:
        return []
    if said is not None and at.actor.role == Role.DRIVER:
        return _driver_opening(said, dialogue, uow, at)
    if said is not None and at.actor.is_staff:
        return _staff_opening(said, dialogue, at)
    match said:
        case None:
            return []
        case "puzzled" if dialogue.misunderstood > 1:
            return [Said(what="puzzled_again", choices=(PERSON,) if waiting else (*MENU, PERSON))]
        case "puzzled":
            return [Said(what="puzzled_waiting")] if waiting else [Said(what="puzzled", choices=(*MENU, PERSON))]
        case "cancel_what":
            choices = (
                Choice(label="choice.cancel_an_order", command="CancelOrder"),
                Choice(label="choice.stop_messages", command="StopMessages"),
            )
            return [Said(what="cancel_what", values={"waiting": waiting}, choices=choices)]
        case _:
            return [Said(what=said)]


def _driver_opening(said: str, dialogue: Dialogue, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """What is said first in a driver's chat, which never leaves them without their buttons."""
    if dialogue.current is not None:
        again = dialogue.misunderstood > 1 and said == "puzzled"
        return [Said(what="puzzled_waiting" if said == "puzzled" else said, choices=(DISPATCHER,) if again else ())]
    return [Said(what=f"driver_{said}" if said == "puzzled" else said, choices=menu(uow, at))]


def _staff_opening(said: str, dialogue: Dialogue, at: Moment) -> list[Notice]:
    """What is said first to somebody of the business."""
    if dialogue.current is not None:
        return [Said(what="puzzled_waiting" if said == "puzzled" else said)]
    return [
        Said(
            what="staff_puzzled" if said in {"puzzled", "cancel_what"} else said, choices=desk_talk.menu(at.actor.role)
        )
    ]


def _go_on(
    dialogue: Dialogue, chat: Conversation, uow: UnitOfWork, at: Moment, said: Conversed, goods: tuple[str, ...] = ()
) -> Dialogue:
    """Commands from the top of the dialogue until one has a question, or none is left; ``goods`` were just spoken of."""
    for _ in range(MOST_STEPS):
        frame = dialogue.current
        if frame is None:
            break
        seen = Talk(uow, _as(uow, at), chat, dialogue, goods)
        if (other := _instead(frame, seen)) is not None:
            dialogue = _in_place_of(dialogue, other)
            continue
        said.command = said.command or frame.command
        frame = all_named(frame, seen)
        if frame.more and not REGISTRY[BY_NAME[frame.command]].reads_only:
            dialogue = _one_by_one(dialogue, frame, at)
            continue
        if _is_better_filled_in(frame, chat):
            said.notices.append(_form_offer(frame))
            said.outcome = "asked" if said.outcome == "done" else said.outcome
            dialogue = dialogue.pop()
            continue
        try:
            frame, ask = completed(frame, seen)
            if ask is None:
                dialogue = dialogue.replace(frame)
                role = uow.actor.role
                done = _do(frame, uow, _as(uow, at))
                said.notices += done
                dialogue = _with_next(_finished(dialogue, frame, done), frame, chat, uow, at)
                if uow.actor.role != role:  # what waited was somebody else's
                    dialogue = Dialogue(touched=dialogue.touched)
                continue
            comes_back = frame.asking is not None and said.command != frame.command
            if comes_back and _is_let_go(frame, uow):
                dialogue = dialogue.pop()
                continue
            if comes_back and uow.actor.is_staff:
                dialogue = dialogue.replace(frame.model_copy(update={"came_back": True}))
                break  # it can still be answered where it stands, and need not be said again
            said.notices += [*ask.before, _question(ask)]
            asked = frame.question(ask.slot, ask.choices, at.ids())
            dialogue = dialogue.replace(asked.model_copy(update={"came_back": comes_back}))
            dialogue = _about_order(dialogue, frame.slots.get("order"), ask.slot, seen)
            said.outcome = "asked" if said.outcome == "done" else said.outcome
        except Refusal as refusal:
            said.outcome = "refused"
            dialogue, again = _refused(refusal, frame, dialogue, chat, uow, at, said)
            dialogue = _about_order(
                dialogue, refusal.values.get("number") or frame.slots.get("order"), refusal.ask, seen
            )
            dialogue = _about_return(dialogue, refusal.values.get("return_number"))
            if again:
                continue
        break
    return dialogue


def _about_order(dialogue: Dialogue, number: Any, asks: str | None, talk: Talk) -> Dialogue:
    """With the order that something is asked or refused about as the one that is talked about. One that a second fact has to
    open first is not even looked for: how long that takes would tell whether there is such an order."""
    if asks == FACT or not isinstance(number, str) or number == dialogue.focus or not is_visible(number, talk):
        return dialogue
    return dialogue.model_copy(update={"focus": number, "about_return": None})


def _about_return(dialogue: Dialogue, number: Any) -> Dialogue:
    """With the return that a refusal names as the one that is talked about."""
    return dialogue.model_copy(update={"about_return": number}) if isinstance(number, str) else dialogue


def _instead(frame: Frame, talk: Talk) -> Frame | None:
    """The frame of another command that is meant, where an order is spoken of and something else is meant."""
    instead = REGISTRY[BY_NAME[frame.command]].instead
    return instead(frame, talk) if instead is not None and frame.asking is None else None


def _in_place_of(dialogue: Dialogue, frame: Frame) -> Dialogue:
    """With another frame on top, in place of the one there and of one that waits for the same."""
    below = tuple(each for each in dialogue.frames[:-1] if each.command != frame.command)
    return dialogue.model_copy(update={"frames": (*below, frame)})


def _is_let_go(frame: Frame, uow: UnitOfWork) -> bool:
    """Whether somebody at work who has gone on with something else has let a question go: a second time, or one to
    confirm, which a later yes to something else must not answer.
    """
    if uow.actor.role == Role.DRIVER:
        return frame.came_back
    return uow.actor.is_staff and (frame.came_back or frame.asking == CONFIRM)


def _is_better_filled_in(frame: Frame, chat: Conversation) -> bool:
    """Whether so much is missing that somebody of the business is offered the form."""
    command = BY_NAME[frame.command]
    if not REGISTRY[command].form or not chat.is_staff or chat.channel not in SHOWS_FORMS:
        return False
    missing = [name for name, info in command.model_fields.items() if info.is_required() and name not in frame.slots]
    return len(missing) > 1  # one thing is asked for


def _form_offer(frame: Frame) -> Said:
    opens = Choice(label="choice.open_form", command=frame.command, slots=frame.slots, form=True)
    return Said(what="form_offered", values={"command": frame.command}, choices=(opens,))


def _one_by_one(dialogue: Dialogue, frame: Frame, at: Moment) -> Dialogue:
    """What changes something is asked and confirmed for each order that was named, the first one first."""
    single = frame.model_copy(update={"more": {}})
    orders = [order for order in frame.more.get("order", ()) if order != frame.slots.get("order")]
    later = [single.model_copy(update={"id": at.ids(), "slots": {**single.slots, "order": order}}) for order in orders]
    dialogue = dialogue.pop()
    for each in [*reversed(later), single]:
        dialogue = dialogue.push(each)
    return dialogue


def _as(uow: UnitOfWork, at: Moment) -> Moment:
    """The moment, seen by whoever the chat has meanwhile proved to be."""
    return at if uow.actor == at.actor else replace(at, actor=uow.actor)


def _do(frame: Frame, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Perform the frame's commands, all or none; of many orders that are told at once none has buttons."""
    row, commands = REGISTRY[BY_NAME[frame.command]], commands_of(frame)
    told = perform_all(commands, row, uow, at)
    if row.reads_only and len(commands) > _WITH_BUTTONS:
        return [notice.model_copy(update={"choices": ()}) for notice in told]
    return told


def _finished(dialogue: Dialogue, frame: Frame, told: Sequence[Notice]) -> Dialogue:
    """Without the frame that is done; with a person on it, or after work, nothing else waits for an answer."""
    order = frame.slots.get("order")
    named = frame.slots.get("return_number") or next((each for each in map(_return_of, told) if each is not None), None)
    done = dialogue.pop() if frame.command not in _ENDS_ALL else dialogue.model_copy(update={"frames": ()})
    if frame.command == "CancelReturn":  # nothing of it is left to choose
        rest = tuple(
            each for each in done.frames if each.slots.get("return_number") != frame.slots.get("return_number")
        )
        done = done.model_copy(update={"frames": rest})
    return done.model_copy(
        update={
            "last": frame.command,
            "done": _as_done(frame),
            "pin_looked_for": done.pin_looked_for and frame.command != "ChangeAddress",
            "focus": order or done.focus,
            "about_return": named or (done.about_return if order is None else None),
        }
    )


def _with_next(dialogue: Dialogue, frame: Frame, chat: Conversation, uow: UnitOfWork, at: Moment) -> Dialogue:
    """With what comes next on top, where that was said together with what is done."""
    then = REGISTRY[BY_NAME[frame.command]].then
    following = then(frame, Talk(uow, _as(uow, at), chat, dialogue)) if then is not None else None
    return dialogue if following is None else dialogue.push(following)


def _as_done(frame: Frame) -> Frame:
    """What is remembered of a command that is done: its values, without proofs and long words."""
    return Frame(id=frame.id, command=frame.command, slots=frame.slots).without(FACT, "words")


def _return_of(notice: Notice) -> str | None:
    """The return a notice to whoever speaks is about."""
    number = getattr(notice, "number", None)
    return number if notice.to is None and isinstance(number, str) and number.startswith(RETURNS) else None


def _question(ask: Ask) -> Asked:
    return Asked(question=ask.question, values=dict(ask.values), choices=ask.choices, media=ask.media)


def _refused(
    refusal: Refusal, frame: Frame, dialogue: Dialogue, chat: Conversation, uow: UnitOfWork, at: Moment, said: Conversed
) -> tuple[Dialogue, bool]:
    """Say why not. The slot that was the trouble is asked again; otherwise the frame is done with."""
    if isinstance(refusal, ProofFailed):
        chat.count_failure(at.now)
        uow.chats.proof(refusal.order, at.now).count_failure(at.now)
        if chat.locked_until is not None and chat.locked_until > at.now:
            refusal = Refusal("chat_locked", until=chat.locked_until)
    choices = refusal.choices
    if not choices and refusal.ask is None and uow.actor.role == Role.DRIVER:
        choices = menu(uow, _as(uow, at))
    said.notices.append(Refused(reason=refusal.text, values=refusal.values, choices=choices))
    slots = {FACT, *BY_NAME[frame.command].model_fields}
    if refusal.ask in slots:
        asked = _asking_again(frame, refusal, at.ids())
        return dialogue.replace(asked), False
    done = dialogue.pop()
    return done, done.current is not None


def _asking_again(frame: Frame, refusal: Refusal, question_id: str) -> Frame:
    assert refusal.ask is not None
    together = next((names for names in _ASKED_TOGETHER if refusal.ask in names), ())
    emptied = frame.without(refusal.ask, *together)
    options = tuple(each for each in refusal.choices if each.command is None)
    asked = emptied.question(refusal.ask, options, question_id)
    return asked.model_copy(update={"refused": frame.slots.get(refusal.ask)})


def _ask_for_pin(dialogue: Dialogue, chat: Conversation, uow: UnitOfWork, at: Moment, said: Conversed) -> Dialogue:
    """When next in chat, the customer is asked where an address is that nobody could find."""
    order = uow.orders.waiting_for_pin()
    if order is None:  # an address that was just changed is looked up yet
        return dialogue.model_copy(update={"pin_looked_for": dialogue.last != "ChangeAddress"})
    dialogue = dialogue.model_copy(update={"pin_looked_for": True})
    frame = Frame(id=at.ids(), command="PinAddress", slots={"order": order.number})
    unchanged = (said.outcome, said.command)
    asked = _go_on(dialogue.push(frame), chat, uow, at, said)
    said.outcome, said.command = unchanged
    return asked
