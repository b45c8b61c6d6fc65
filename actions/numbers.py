"""Questions about numbers: what was meant, the counts, and the same as a file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from actions.desk.choosing import alike, most_alike
from actions.kpis import check_days, span_of
from domain.commands import AskNumbers, RecordNumbers, SaveNumbers
from domain.deliveries import HANDED_OUT_FOR, StoredFile
from domain.depots import Depot
from domain.moment import Moment
from domain.notices import Choice, CountedGroup, Media, Notice, NumbersSaved, NumbersShown, Said
from domain.numbers import Counted, Group, Item, Narrowed, count, tally
from domain.refusals import NotFound, Refusal
from domain.values import Days
from storage.unit_of_work import UnitOfWork

#: The kind of job that writes the file.
SAVE = "numbers"
#: A message shows so many groups; the file has all.
MOST_SHOWN = 10
#: A postcode, or the beginning of one with a * for the rest.
_POSTCODE = re.compile(r"[A-Z]{0,2}\d[\dA-Z]{0,4}(?: ?\d[A-Z]{2}| ?[A-Z]{2})?\*?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and who is meant: depots, and what items must be."""

    depots: tuple[Depot, ...]
    narrowed: Narrowed
    depot: Depot | None = None

    def told(self) -> dict[str, str]:
        """What it is narrowed to, by kind, in words that people know."""
        kinds = {name: getattr(self.narrowed, name) for name in Narrowed.__dataclass_fields__}
        named = {"depot": self.depot.name if self.depot is not None else None, **kinds}
        return {name: str(value) for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was counted, one by one and in groups, of which days and where."""

    days: Days
    scope: Scope
    items: list[Item]
    groups: list[Group]


def ask_numbers(command: AskNumbers, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The counts with the filter as it was understood, the largest groups first. Refuses a filter that nobody knows."""
    found = answer(command, uow, at)
    asked = command.model_copy(update={"period": found.days})
    shown = found.groups[:MOST_SHOWN] if command.by else []
    save = Choice(label="choice.numbers_csv", command="SaveNumbers", slots={"numbers": asked.model_dump(mode="json")})
    return [
        NumbersShown(
            what=command.what.value, first_day=found.days.first, last_day=found.days.last, filters=found.scope.told(),
            by=tuple(each.value for each in command.by), total=count(found.items), ignored=_unused(command, found.scope),
            groups=tuple(CountedGroup(values=each.values, count=each.count) for each in shown),
            more=len(found.groups) - len(shown) if command.by else 0, choices=(save,) if found.items else (),
        )
    ]  # fmt: skip


def save_numbers(command: SaveNumbers, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Want the file, which comes to this chat when it is written. Refuses outside of chats, and what cannot be answered."""
    if uow.chat is None:
        raise Refusal("only_in_chat")
    scope_of(command.numbers, uow)
    asked = command.numbers.model_dump(mode="json")
    uow.want(f"{SAVE}:{at.key}", SAVE, {"numbers": asked, "conversation": uow.chat.id, "file": at.ids()}, at.now)
    return [Said(what="numbers_coming")]


def record_numbers(command: RecordNumbers, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """The file is there, for a day. Refuses a second one."""
    if uow.files.find(command.file, at.now) is not None:
        raise Refusal("file_there_already")
    uow.add(
        StoredFile(
            id=command.file, kind=SAVE, name=command.name, mime="text/csv", size=command.size, path=command.path,
            created_at=at.now, expires_at=at.now + HANDED_OUT_FOR,
        )
    )  # fmt: skip
    return [NumbersSaved(chat=command.conversation, file=command.file, media=Media(file=command.file))]


def answer(command: AskNumbers, uow: UnitOfWork, at: Moment) -> Answer:
    """What is counted for a question. Refuses what it is narrowed to where nobody knows it, and too many days."""
    scope = scope_of(command, uow)
    today = at.now.astimezone(scope.depots[0].tz).date()
    days = command.period or Days(today, today)
    check_days(days, scope.depots, uow, today if command.what != Counted.ORDERS else None)
    alone = len(uow.depots.all()) == 1
    items = [
        item
        for depot in scope.depots
        for item in uow.numbers.items(command.what, depot, span_of(days, depot), at.now, alone=alone)
        if scope.narrowed.holds(item)
    ]
    return Answer(days, scope, items, tally(items, command.by))


def scope_of(command: AskNumbers, uow: UnitOfWork) -> Scope:
    """What is meant by the words a question is about: depots, drivers, postcodes, cities. Refuses others, naming them."""
    depots = tuple(uow.depots.all())
    if not depots:
        raise NotFound("no_depots")
    back = command.what == Counted.RETURNS
    status, reason = (command.return_status, command.return_reason) if back else (command.status, command.reason)
    scope = Scope(depots, Narrowed(status=status.value if status else None, reason=reason.value if reason else None))
    for words in command.about:
        scope = _narrow(scope, words, uow, command.what)
    for word in command.ignored:
        scope = _named(scope, word, uow)
    return scope


def _named(scope: Scope, word: str, uow: UnitOfWork) -> Scope:
    """Narrowed to the one driver who is called that ("how many stops did tomasz do"); as it was where nobody is."""
    found = {name for name in uow.numbers.drivers().values() if word.casefold() in name.casefold().split()}
    return replace(scope, narrowed=replace(scope.narrowed, driver=found.pop())) if len(found) == 1 else scope


def _products(words: str, uow: UnitOfWork) -> dict[str, str]:
    """Products that came back and are called that, by SKU."""
    known = uow.numbers.products()
    exact = {sku: name for sku, name in known.items() if sku.casefold() == words.casefold()}
    return exact or {sku: known[sku] for sku in most_alike(words, known)}


def _unused(command: AskNumbers, scope: Scope) -> tuple[str, ...]:
    """The words that nothing was made of."""
    used = set((scope.narrowed.driver or "").casefold().split())
    return tuple(word for word in command.ignored if word.casefold() not in used)


def _narrow(scope: Scope, words: str, uow: UnitOfWork, what: Counted) -> Scope:
    if _POSTCODE.fullmatch(words):
        return replace(scope, narrowed=replace(scope.narrowed, postcode=words.upper()))
    if len(found := alike(words, uow.depots.all())) == 1:
        return replace(scope, depots=(found[0],), depot=found[0])
    known = uow.numbers.drivers()
    codes = [words.casefold()] if words.casefold() in known else most_alike(words, known)
    drivers = list(dict.fromkeys(known[code] for code in codes))
    if len(drivers) == 1:
        return replace(scope, narrowed=replace(scope.narrowed, driver=drivers[0]))
    if (city := uow.numbers.is_city(words)) is not None:
        return replace(scope, narrowed=replace(scope.narrowed, city=city))
    products = _products(words, uow) if what == Counted.RETURNS else {}
    if len(products) == 1:
        return replace(scope, narrowed=replace(scope.narrowed, sku=next(iter(products))))
    several = drivers or [depot.name for depot in found] or list(products.values())
    if several:
        raise Refusal("which_filter", words=words, names=several[:MOST_SHOWN])
    raise NotFound("unknown_filter", words=words, depots=[depot.name for depot in uow.depots.all()])
