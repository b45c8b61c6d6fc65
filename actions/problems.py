"""Problems with a delivery: what it is, with which item, what shows it, and the case it becomes."""

from __future__ import annotations

from typing import Any

from actions import told
from actions.cases import begin
from actions.choices import MAX_BUTTONS, Ask, Known, Talk, is_visible
from actions.deliveries import delivered_or_coming, proof_of
from actions.returns.reported import offers
from domain.cases import Case
from domain.commands import ReportProblem
from domain.dialogue import Frame
from domain.events import note
from domain.moment import Moment
from domain.naming import ALONE, SIMILAR, is_mentioned, likeness
from domain.notices import Choice, Item, Media, Notice, ProblemReported, Said
from domain.orders import DELIVERED, Order
from domain.problems import (
    ABOUT_AN_ITEM,
    ALL_ITEMS,
    MOST_PHOTOS,
    PHOTO_BELONGS,
    SHOWN_BY_PHOTO,
    Problem,
)
from storage.unit_of_work import UnitOfWork

#: Of what was said in all this many messages are kept with a case.
MOST_WORDS = 20


def photos_of_this_chat(frame: Frame, talk: Talk) -> list[str] | None:
    """Of the photos that were given those that came in this very chat; None where none were given."""
    sent = [str(each) for each in frame.slots.get("photos") or ()]
    if not sent:
        return None
    files = talk.uow.files.of_ids(sent, talk.at.now)
    return [each for each in sent if each in files and files[each].conversation_id == talk.conversation.id][
        :MOST_PHOTOS
    ]


def own_photos(frame: Frame, talk: Talk) -> Known | Ask:
    """The photos that came in this very chat. Without a word they belong to the problem reported here last."""
    here = photos_of_this_chat(frame, talk)
    if here is None:
        return Known({})
    given = {"photos": here or None}
    slots = frame.slots
    if here and not slots.get("kind") and not slots.get("order"):
        case = talk.uow.cases.problem(talk.conversation.id or 0, talk.at.now - PHOTO_BELONGS)
        if case is not None and case.order_number is not None and is_visible(case.order_number, talk):
            about = {"order": case.order_number, "kind": case.kind.removeprefix("problem."), "arrived": False}
            return Known({**given, **about, "item": case.detail.get("item") or ALL_ITEMS})
    return Known(given)


def troubled_order(frame: Frame, talk: Talk) -> Known | Ask:
    """The order the problem is with: what was delivered lately, before what is under way."""
    focus = talk.dialogue.focus
    unnamed = frame.slots.get("order") is None and not frame.slots.get("item")
    if unnamed and focus is not None and is_visible(focus, talk) and not talk.uow.orders.get(focus).before_dispatch:
        return Known({"order": focus})
    return delivered_or_coming(frame, talk)


def kind(frame: Frame, talk: Talk) -> Known | Ask:
    """What is wrong: read from the words, or chosen."""
    if frame.slots.get("kind"):
        return Known({})
    choices = tuple(Choice(label=f"choice.problem_{each.value}", slots={"kind": each.value}) for each in Problem)
    values = {"number": frame.slots["order"], "photos": len(frame.slots.get("photos") or ())}
    return Ask("kind", "problem_kind", choices, values)


def whether_it_came(frame: Frame, talk: Talk) -> Known | Ask:
    """For an order that says it was delivered: the proof first, and whether it has turned up."""
    order = talk.uow.orders.get(frame.slots["order"])
    if frame.slots["kind"] != Problem.NOT_RECEIVED or order.status not in DELIVERED:
        return Known({})
    if frame.slots.get("arrived") is not None:
        return Known({})
    choices = (
        Choice(label="choice.have_it", slots={"arrived": True}),
        Choice(label="choice.still_missing", slots={"arrived": False}),
    )
    return Ask("arrived", "arrived", choices, before=(proof_of(order, talk.uow, talk.at),))


def which_item(frame: Frame, talk: Talk) -> Known | Ask:
    """The product of the order that is meant, by what was said or by choice; the only one there is."""
    if frame.slots["kind"] not in ABOUT_AN_ITEM:
        return Known({"item": None})
    order = talk.uow.orders.get(frame.slots["order"])
    items = told.items_of([order], talk.uow)[order.number]
    said = frame.slots.get("item")
    if said == ALL_ITEMS or len(items) <= 1:
        return Known({"item": items[0].name if len(items) == 1 and said != ALL_ITEMS else ALL_ITEMS})
    meant = _meant(str(said), items) if said else _in_words(str(frame.slots.get("words") or ""), items)
    if meant is not None:
        return Known({"item": meant})
    names = [item.name for item in items][:MAX_BUTTONS]
    choices = tuple(Choice(label="choice.product", values={"name": name}, slots={"item": name}) for name in names)
    everything = Choice(label="choice.all_items", slots={"item": ALL_ITEMS})
    values = {"kind": frame.slots["kind"], "number": order.number, "unknown": said}
    return Ask("item", "problem_item", (*choices, everything), values, keep={"item": None})


def what_it_shows(frame: Frame, talk: Talk) -> Known | Ask:
    """A photo where one would show it, and words where nothing else says what is wrong."""
    slots = frame.slots
    if slots.get("arrived"):
        return Known({})
    if slots["kind"] == Problem.OTHER and not slots.get("words"):
        return Ask("words", "problem_words", values={"number": slots["order"]})
    if slots["kind"] in SHOWN_BY_PHOTO and slots.get("photos") is None:
        none = Choice(label="choice.no_photo", slots={"photos": []})
        return Ask("photos", "photos", (none,), {"kind": slots["kind"]}, media=Media(wants="photo"))
    return Known({})


def report_problem(command: ReportProblem, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """File the problem, or add to it where it is known. What is still under way is told where it is instead."""
    order = uow.orders.get(command.order)
    if command.kind == Problem.NOT_RECEIVED:
        if command.arrived:
            rate = Choice(label="choice.rate", command="RateDelivery", slots={"order": order.number})
            return [Said(what="good_it_came", values={"number": order.number}, choices=(rate,))]
        if order.status not in DELIVERED:
            return [told.tracked(order, uow)]
    case = _known(command, order, uow)
    already = case is not None
    if case is None:
        case = _opened(command, order, uow, at)
    else:
        case.detail = _added(case.detail, command)
        uow.record(note(case, "added", at, photos=len(command.photos)))
    opens = at.policies.office.opens(at.now, at.policies.zone)
    item = case.detail.get("item")
    settling = offers(case, order, uow, at)
    return [
        ProblemReported(
            about=order.number, number=order.number, items=told.items_of([order], uow)[order.number],
            reference=case.name, kind=command.kind.value, item=None if item == ALL_ITEMS else item,
            photos=len(case.detail.get("photos", [])), already=already, open_now=opens == at.now, opens=opens,
            at_once=bool(settling), choices=settling,
        )
    ]  # fmt: skip


def _known(command: ReportProblem, order: Order, uow: UnitOfWork) -> Case | None:
    """The open case of the same trouble with the same item."""
    for case in uow.cases.of_order(order.number):
        same_item = case.detail.get("item") == command.item or command.item is None or command.kind == Problem.OTHER
        if case.kind == f"problem.{command.kind.value}" and same_item:
            return case
    return None


def _opened(command: ReportProblem, order: Order, uow: UnitOfWork, at: Moment) -> Case:
    case = Case(
        kind=f"problem.{command.kind.value}", order_number=order.number, customer_id=order.customer_id,
        conversation_id=uow.chat.id if uow.chat is not None else None, opened_at=at.now,
        detail=_added({"item": command.item}, command),
    )  # fmt: skip
    return begin(case, uow, at)


def _added(detail: dict[str, Any], command: ReportProblem) -> dict[str, Any]:
    """What is known of a problem, with what was said and shown now."""
    words = [*detail.get("words", []), *([command.words] if command.words else [])]
    photos = list(dict.fromkeys([*detail.get("photos", []), *command.photos]))
    return {**detail, "words": list(dict.fromkeys(words))[-MOST_WORDS:], "photos": photos[:MOST_PHOTOS]}


def _meant(said: str, items: tuple[Item, ...]) -> str | None:
    """The one item a name sounds like."""
    scored = sorted(((likeness(said, item.name), item.name) for item in items), reverse=True)
    best, name = scored[0]
    alone = len(scored) < 2 or best - scored[1][0] >= ALONE
    return name if best >= SIMILAR and alone else None


def _in_words(words: str, items: tuple[Item, ...]) -> str | None:
    """The one item whose name, or a word only it has, is among the words."""
    said = set(words.casefold().replace(",", " ").replace(".", " ").split())
    translated = [item.name for item in items if is_mentioned(item.name, words)]
    if len(translated) == 1:
        return translated[0]
    found = []
    for item in items:
        others = {word for each in items if each is not item for word in each.name.casefold().split()}
        own = {word for word in item.name.casefold().split() if len(word) > 3} - others
        if own & (said | {word.removesuffix("s") for word in said}):
            found.append(item.name)
    return found[0] if len(found) == 1 else None
