"""Learning from use: which messages are kept, and what staff say they mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.teaching import NOT_TAUGHT, intents_of
from domain.annotated import read_annotated
from domain.commands import LabelMessage, RejectMessage, ReviewMessages
from domain.conversations import Conversation
from domain.dialogue import DID_YOU_MEAN, Catalogue, Dialogue, Heard, SaidLast
from domain.learning import GUESSES, UNSURE_BELOW, Utterance, Why
from domain.masking import LONGEST, masked, masked_example
from domain.meaning import BY_CHANNEL, BY_PAYLOAD, INFORM, OUT_OF_SCOPE, Entity, Meaning
from domain.moment import Moment, Role
from domain.notices import Choice, MessageLabelled, MessageToLabel, NothingToLabel, Notice
from domain.refusals import Refusal
from storage.unit_of_work import UnitOfWork

#: A message with fewer letters says nothing by itself.
_FEWEST_LETTERS = 3
#: How a turn ended that did not understand.
_PUZZLED = "puzzled"
#: What is said of these is nobody's to look at, or says nothing of what was meant before.
_PRIVATE = "AskPrivacy"
_PERSON = "AskPerson"
#: Asks which of two things was meant.
_ASKED_BACK = "AskBack"
_AUDIENCES = {Role.CUSTOMER: "customer", Role.DRIVER: "driver"}


def learn_from(
    heard: Heard, before: Dialogue, after: Dialogue, outcome: str, command: str | None, known: Catalogue, uow: UnitOfWork,
    at: Moment,
) -> Dialogue:  # fmt: skip
    """Keep what was said in this turn, or in the one before it, where it shows that something was not understood.

    The dialogue as it goes on: it remembers what was said last, which only the next turn can show to have been taken
    wrongly. Nothing is kept or remembered of whoever does not want it.
    """
    chat = uow.chat
    assert chat is not None, "what is learnt from is said in a conversation"
    if not at.policies.learning or chat.learning_off or command == _PRIVATE:
        return after.model_copy(update={"said": None}) if after.said is not None else after
    wish = _wish_of(command, after, known)
    if before.said is not None:
        chosen = heard.pressed is not None or (before.current is not None and before.current.command == _ASKED_BACK)
        _learn_of_last(before.said, heard, outcome, command, wish, uow, at, chosen=chosen)
    said = _in_words(heard)
    if said is None:
        return after.model_copy(update={"said": None}) if after.said is not None else after
    why = _why(heard.meaning, before, outcome, command, known)
    if why is not None:
        said = said.model_copy(update={"kept": _keep(said, why, None, uow, at)})
        if chat.learning_off:
            return after.model_copy(update={"said": None})
    return after.model_copy(update={"said": said})


def _learn_of_last(
    last: SaidLast, heard: Heard, outcome: str, command: str | None, wish: str | None, uow: UnitOfWork, at: Moment, *,
    chosen: bool,
) -> None:  # fmt: skip
    """What this turn shows of the message before it; ``chosen`` is what was meant from what was offered."""
    understood = outcome not in {_PUZZLED, DID_YOU_MEAN} and command != _PERSON
    if last.kept is not None:
        if understood and wish is not None and (chosen or heard.corrects):
            uow.utterances.note(last.kept, meant=wish)
    elif heard.corrects and command != _PERSON:
        other = wish if understood and wish != _first(last) else None
        _keep(last, Why.CORRECTED, other, uow, at)
    elif command == _PERSON and heard.pressed is not None and outcome == "done":
        _keep(last, Why.PERSON, None, uow, at)


def _why(meaning: Meaning, before: Dialogue, outcome: str, command: str | None, known: Catalogue) -> Why | None:
    """Why a message is kept; None where it was understood."""
    if outcome == DID_YOU_MEAN:
        return Why.CLARIFIED
    if command == _PERSON:
        return Why.PERSON
    if outcome == _PUZZLED:
        return Why.UNSURE
    asked = before.current.command if before.current is not None else None
    if command is None or asked in {command, _ASKED_BACK}:
        return None
    spec = known.get(meaning.intent)
    guessed = spec is not None and spec.command == command and meaning.confidence < UNSURE_BELOW
    return Why.UNSURE if guessed or meaning.intent == OUT_OF_SCOPE else None


def _wish_of(command: str | None, after: Dialogue, known: Catalogue) -> str | None:
    """The intent that means a command as far as it goes in words, where it is but one."""
    found = [each for each, spec in known.items() if spec.command == command and each not in NOT_TAUGHT]
    frame = after.current
    if len(found) > 1 and frame is not None and frame.command == command:
        found = [each for each in found if known[each].fixed.items() <= frame.slots.items()]
    return found[0] if len(found) == 1 else None


def _in_words(heard: Heard) -> SaidLast | None:
    """What was said, as far as it was said in words."""
    meaning = heard.meaning
    if heard.pressed is not None or heard.stale or meaning.engine in {BY_CHANNEL, BY_PAYLOAD}:
        return None
    text = meaning.text[:LONGEST]
    if text.lstrip().startswith("/") or sum(char.isalpha() for char in text) < _FEWEST_LETTERS:
        return None
    spans = tuple((each.kind, each.start, each.end) for each in meaning.entities if each.end <= len(text))
    intents = tuple((name, round(share, 4)) for name, share in meaning.intents[: GUESSES + 1])
    return SaidLast(text=text, intents=intents, entities=spans, engine=meaning.engine, language=meaning.language)


def _first(said: SaidLast) -> str:
    return said.intents[0][0] if said.intents else OUT_OF_SCOPE


def _keep(said: SaidLast, why: Why, meant: str | None, uow: UnitOfWork, at: Moment) -> int | None:
    """Keep a message, masked; its id. None where it is a customer's who has said elsewhere that they do not want it."""
    chat = uow.chat
    assert chat is not None
    if is_off(uow, at):
        chat.learning_off = True
        return None
    opened, staff = sorted(uow.actor.opened), uow.actor.is_staff  # a driver's customers are those of the route
    known = uow.utterances.known_of(said.text, chat.customer_id, opened, at_work=staff)
    entities = [Entity(kind, "", start, end, said.text[start:end]) for kind, start, end in said.entities]
    guesses = [[name, share] for name, share in said.intents if name not in {OUT_OF_SCOPE, INFORM}][:GUESSES]
    return uow.utterances.keep(
        Utterance(
            conversation_id=chat.id, customer_id=chat.customer_id, audience=_AUDIENCES.get(uow.actor.role, "staff"),
            language=_spoken(said.language or chat.language, at), example=masked(said.text, entities, known),
            guesses=guesses, engine=said.engine, why=why, meant=meant, at=at.now,
        )
    )  # fmt: skip


def _spoken(language: str | None, at: Moment) -> str:
    """The code of the language that is read, where somebody's own is not."""
    code = (language or "").partition("-")[0].casefold()
    return code if code in at.policies.languages else at.policies.languages[0]


def is_off(uow: UnitOfWork, at: Moment) -> bool:
    """Whether nothing may be learnt from what is said in the chat of the unit of work."""
    person = uow.actor.person if uow.actor.role == Role.CUSTOMER else None
    off = uow.chat is not None and uow.chat.learning_off
    return not at.policies.learning or off or (person is not None and uow.customers.get(person).learning_off)


def set_learning(on: bool, chat: Conversation, uow: UnitOfWork, at: Moment) -> None:
    """Whether what is written here, or by this customer, may be kept to learn from. What was kept goes when it may not."""
    person = at.actor.person if at.actor.role == Role.CUSTOMER else None
    chat.learning_off = not on
    if person is not None:
        uow.customers.get(person).learning_off = not on
        for each in uow.chats.of_customer(person):
            each.learning_off = not on
    if not on:
        uow.utterances.forget_of(chat.id, person)


def review_messages(command: ReviewMessages, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The next message that waits for a label."""
    after = int(command.after.removeprefix("M-")) - 1000 if command.after is not None else 0
    return [_next(after, command.audience, uow)]


def label_message(command: LabelMessage, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Take a message as an example of an intent, and all that say the same; then the next one is shown.

    Refuses what is labelled so already, and an intent that whoever wrote it cannot mean.
    """
    utterance = uow.utterances.get(command.message)
    if command.intent not in intents_of(utterance.audience):
        raise Refusal("no_such_intent", ask="intent", intent=command.intent, audience=utterance.audience)
    written = command.example or utterance.example
    text, spans = read_annotated(written)
    known = uow.utterances.known_of(text, utterance.customer_id, (), at_work=utterance.audience != "customer")
    example = masked_example(text, spans, known) if command.example else written
    same = uow.utterances.same(utterance)
    for each in (utterance, *same):
        uow.record(each.accept(command.intent, example, at))
    uow.flush()
    done = MessageLabelled(reference=utterance.name, intent=command.intent, example=example, count=1 + len(same))
    return [done, *_go_on(utterance, command.audience, uow)]


def reject_message(command: RejectMessage, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Learn nothing from a message, nor from those that say the same; then the next one is shown."""
    utterance = uow.utterances.get(command.message)
    same = uow.utterances.same(utterance)
    for each in (utterance, *same):
        uow.record(each.reject(at))
    uow.flush()
    done = MessageLabelled(reference=utterance.name, intent=None, example=utterance.example, count=1 + len(same))
    return [done, *_go_on(utterance, command.audience, uow)]


def _go_on(done: Utterance, audience: str | None, uow: UnitOfWork) -> list[Notice]:
    return [_next(done.id or 0, audience, uow)] if uow.chat is not None else []


def _next(after: int, audience: str | None, uow: UnitOfWork) -> Notice:
    """The next message, with buttons for what it may mean; what was passed over comes up again from the beginning."""
    found = uow.utterances.next_open(after, audience)
    left = uow.utterances.count_open(audience)
    if found is None:
        again = Choice(label="choice.review_messages", command="ReviewMessages", slots=_of(audience))
        return NothingToLabel(passed_over=left > 0, choices=(again,) if left else ())
    return MessageToLabel(
        reference=found.name, example=found.example, audience=found.audience, language=found.language, why=found.why,
        guesses=tuple((str(name), float(share)) for name, share in found.guesses), meant=found.meant, said_at=found.at,
        left=left, choices=_choices(found, audience),
    )  # fmt: skip


def _choices(found: Utterance, audience: str | None) -> tuple[Choice, ...]:
    slots = {"message": found.name, **_of(audience)}
    possible = intents_of(found.audience)
    named = [intent for intent in found.suggested if intent in possible]
    guesses = [
        Choice(
            label="choice.means", values={"intent": intent}, command="LabelMessage", slots={**slots, "intent": intent}
        )
        for intent in [*named, OUT_OF_SCOPE]
    ]
    other = Choice(label="choice.means_other", command="LabelMessage", slots=slots, form=True)
    reject = Choice(label="choice.reject_message", command="RejectMessage", slots=slots)
    later = Choice(label="choice.pass_over", command="ReviewMessages", slots={"after": found.name, **_of(audience)})
    return (*guesses, other, reject, later)


def _of(audience: str | None) -> dict[str, str]:
    return {"audience": audience} if audience is not None else {}


def shown_in_form(slots: Mapping[str, Any], uow: UnitOfWork) -> Mapping[str, Any]:
    """What the form of `LabelMessage` shows besides: the example as it was kept."""
    reference = slots.get("message")
    if not isinstance(reference, str):
        return slots
    utterance = uow.utterances.get(reference)
    suggested = utterance.suggested
    first = {"intent": suggested[0]} if suggested and "intent" not in slots else {}
    return {**first, **slots, "example": utterance.example}
