"""Sending: notices leave the outbox by the channel of their recipient, in order, unless they are no longer true.

Recipients are leased, so that one process alone sends to each; what was sent is marked in batches. Between the two
no transaction is open. A crash after a message left and before it was marked sends it once more; such rows are counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import structlog
from sqlmodel import Session

from actions.perform import perform
from actions.reaching import READ_BY_SPEAKER
from bot import metrics, recipients
from bot.clock import machine_now, moment, new_id, now
from bot.compose import Program
from bot.letters import Carrier, Editing, Gone, Later, Letter, NotThere, Recipient, Rejected, Threading
from bot.logs import what_broke
from bot.standing import Standings, replaces
from domain.commands import LoseChannel
from domain.moment import SYSTEM
from storage import leases, outbox
from storage.outbox import OutboxRow
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()
T = TypeVar("T")
#: Sent rows with what their channel calls them; ended ones with state and reason; untried ones; released recipients.
Results = tuple[list[tuple[int, str | None]], list[tuple[int, str, str | None]], list[int], list[int]]

LOOK_EVERY = 0.5
#: Recipients that are sent to at the same time; half of them are kept for replies.
AT_ONCE = 200
#: So many more may be waiting for a channel in trouble, so that it holds up no other.
MOST_RESTING = 2_000
#: So many failures make a row dead; the time between them doubles up to the longest pause, in seconds.
MOST_ATTEMPTS, LONGEST_PAUSE = 10, 300.0
#: A letter that cannot even be written is dead after so many: the next time it is no better, and others wait behind it.
MOST_UNWRITTEN = 3
#: After trouble of ours (a text that cannot be made, a database that is away), so many seconds pass.
OWN_PAUSE = 2.0
#: When the program stops, what is just leaving has so many seconds to do so.
STOP_SECONDS = 5.0


class _Unwritten(Exception):
    """The words of a letter cannot be made, which is a fault of ours."""


class _Nowhere(Exception):
    """There is nothing to show it in place of, and it is shown nowhere else."""


class Sender:
    """Sends what waits in the outbox. One in each process; runs in the event loop, reads and writes in the pool."""

    def __init__(self, program: Program, carriers: Mapping[str, Carrier]) -> None:
        self._program = program
        self._carriers = carriers
        self._holder = new_id()
        self._leased = recipients.Leased(program.database, self._holder, self._in_core)
        self._news = asyncio.Event()
        self._results = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._leaving: set[int] = set()
        self._resting: set[int] = set()
        self._stopping = False
        self._sent: list[tuple[int, str | None]] = []
        self._ended: list[tuple[int, str, str | None]] = []
        self._untried: list[int] = []
        self._released: list[int] = []
        self._standings = Standings(program.database, self._in_core)
        self._shown: dict[tuple[int, str], str] = {}
        program.on_commit(self.wake)

    def wake(self) -> None:
        """Something was committed that may have to be sent; from any thread."""
        self._loop.call_soon_threadsafe(self._news.set)

    async def run(self) -> None:
        """Send for as long as the program runs."""
        if self._program.database.is_sqlite:  # nobody else uses it, so what is leased was leased by one that died
            await self._in_core(self._leased.forget)
        try:
            await asyncio.gather(self._claim_forever(), self._mark_forever(), self._leased.renew_forever(self._busy))
        finally:
            await self._stop()

    async def _stop(self) -> None:
        """Begin nothing more, let leave what is leaving, and note it, so that nothing is sent again by the next start."""
        self._stopping = True
        tasks = list(self._busy.values())
        for recipient, task in self._busy.items():
            if recipient not in self._leaving:
                task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            await self._in_core(self._mark, *self._results_so_far())
        except Exception as error:
            log.error("outbox.mark_failed", **what_broke(error))

    async def drain(self) -> None:
        """Send until nothing is due and nothing is under way."""
        marking = asyncio.create_task(self._mark_forever())
        try:
            while await self._take() or self._busy:
                await asyncio.sleep(0)
                if self._busy:
                    await asyncio.wait(list(self._busy.values()), return_when=asyncio.FIRST_COMPLETED)
                while any(self._results_so_far()):
                    await asyncio.sleep(0.001)
        finally:
            marking.cancel()

    async def _claim_forever(self) -> None:
        while True:
            self._news.clear()
            try:
                taken = await self._take() if self._at_work() < AT_ONCE else 0
            except Exception as error:  # the next round may succeed
                log.error("outbox.claim_failed", **what_broke(error))
                taken = 0
            if not taken:
                await _heard(self._news, LOOK_EVERY)

    async def _take(self) -> int:
        """Claim what is due and begin to send it; how many recipients there were."""
        claimed = await self._in_core(self._claim, set(self._busy), self._at_work())
        for recipient, rows in claimed:
            self._busy[recipient.conversation_id] = asyncio.create_task(self._serve(recipient, rows))
        return len(claimed)

    def _at_work(self) -> int:
        """How many recipients are being sent to now; those that only wait for better times do not count."""
        return len(self._busy) - min(len(self._resting), MOST_RESTING)

    def _claim(self, busy: set[int], at_work: int) -> list[tuple[Recipient, list[OutboxRow]]]:
        database, at, machine = self._program.database, now(), machine_now()
        with database.reading() as session:
            if not outbox.any_due(session, at, busy):
                return []

        def work(session: Session) -> list[tuple[Recipient, list[OutboxRow]]]:
            found = outbox.claim(
                session,
                self._holder,
                at,
                machine + recipients.LEASE,
                machine=machine,
                busy=busy,
                limit=AT_ONCE - at_work,
                replies_only=at_work >= AT_ONCE // 2,
            )
            self._standings.look_up(session, {row.about for rows in found.values() for row in rows if row.about})
            repeats = outbox.count_repeats(session, [row for rows in found.values() for row in rows])
            metrics.REPEATS.inc(repeats)
            if repeats:
                log.warning("outbox.perhaps_repeated", rows=repeats)
            chats = UnitOfWork(session, SYSTEM).chats.of_ids(found)
            return [
                (Recipient(each, chat.channel, chat.address, chat.language, chat.customer_id), rows)
                for each, rows in found.items()
                for chat in [chats[each]]
            ]

        return database.retrying(work)

    async def _serve(self, recipient: Recipient, rows: list[OutboxRow]) -> None:
        """Send one recipient's rows in order, until one must wait; whatever happens, the recipient is released."""
        waiting = list(rows)
        try:
            pause = await self._send_all(recipient, waiting)
            self._give_back(waiting)
            if pause:
                self._resting.add(recipient.conversation_id)
                self._news.set()  # there is room for others meanwhile
                await asyncio.sleep(pause)
        finally:
            for key in [each for each in self._shown if each[0] == recipient.conversation_id]:
                del self._shown[key]  # it is marked before anybody sends here again
            self._resting.discard(recipient.conversation_id)
            self._give_back(waiting)
            self._released.append(recipient.conversation_id)
            self._results.set()

    async def _send_all(self, recipient: Recipient, waiting: list[OutboxRow]) -> float:
        """Send the rows, taking each from the list that was tried; how many seconds to wait before the next."""
        try:
            while waiting and not self._stopping:
                await self._send(recipient, waiting)
        except Later as later:
            return later.seconds
        except Exception as error:  # this recipient's trouble is not the others'
            log.error("outbox.broken", conversation=recipient.conversation_id, **what_broke(error))
            return OWN_PAUSE
        return 0.0

    async def _send(self, recipient: Recipient, waiting: list[OutboxRow]) -> None:
        """Send the first of the rows and note how it went. Raises Later when the others must not be tried."""
        row, carrier = waiting[0], self._carriers.get(recipient.channel)
        if carrier is not None:
            await carrier.ready(recipient.address, row.priority)
        waiting.pop(0)  # from here on it counts as tried
        self._leaving.add(recipient.conversation_id)
        try:
            await self._try(recipient, carrier, row)
        except Later as later:
            await self._put_off(recipient, row, later)
        except Rejected as rejected:
            self._end(recipient, row, outbox.DEAD, str(rejected))
        except Gone as gone:
            await self._in_core(self._lose, recipient, str(gone))
            waiting.clear()
        except _Unwritten as fault:
            log.error(
                "outbox.unwritten",
                row=row.id,
                conversation=recipient.conversation_id,
                **what_broke(fault.__cause__ or fault),
            )
            await self._put_off(recipient, row, Later(OWN_PAUSE, str(fault)), MOST_UNWRITTEN)
        except Exception as error:  # a fault of ours in this letter must not hold up for ever what comes after it
            log.error("outbox.broken", row=row.id, conversation=recipient.conversation_id, **what_broke(error))
            await self._put_off(recipient, row, Later(OWN_PAUSE, f"it cannot be sent ({type(error).__name__})"))
        finally:
            self._leaving.discard(recipient.conversation_id)

    async def _try(self, recipient: Recipient, carrier: Carrier | None, row: OutboxRow) -> None:
        """Send a row if it is still true. Raises what the carrier raises."""
        name = None
        if not await self._standings.allow(row):
            self._end(recipient, row, outbox.DROPPED, "no longer true")
            return
        if carrier is not None:
            try:
                name = await self._carry(recipient, carrier, row)
            except _Nowhere as nowhere:
                self._end(recipient, row, outbox.DROPPED, str(nowhere))
                return
        elif recipient.channel not in READ_BY_SPEAKER:  # a page shows what is marked sent
            raise Rejected(f"this installation has no {recipient.channel}")
        self._sent.append((row.id or 0, name))
        metrics.SENDS.labels(recipient.channel, "sent").inc()
        self._results.set()

    async def _carry(self, recipient: Recipient, carrier: Carrier, row: OutboxRow) -> str | None:
        """Send a row, or show it in place of the message it is to replace; what the channel calls the message.

        Raises what the carrier raises, and _Nowhere for one that only edits and finds nothing.
        """
        letter = self._letter(recipient, row)
        if row.thread is not None and isinstance(carrier, Threading):
            letter = replace(letter, thread=await self._in_core(self._find_root, recipient, carrier, row.thread))
        if row.live is None:
            return await carrier.carry(letter)
        key = (recipient.conversation_id, row.live)
        if replaces(row):
            shown = self._shown.get(key) or await self._in_core(self._find_live, row)
            if row.edits and await self._in_core(self._is_outdone, row):
                raise _Nowhere("what it would show is changed again at once")
            if shown is not None and isinstance(carrier, Editing):
                try:
                    await carrier.edit(letter, shown)
                except NotThere:
                    if not row.edits:
                        await carrier.ready(recipient.address, row.priority)
                else:
                    return shown
            if row.edits:
                raise _Nowhere("nothing is shown that it could replace")
        name = await carrier.carry(letter)
        if name is not None:
            self._shown[key] = name
        return name

    def _find_live(self, row: OutboxRow) -> str | None:
        with self._program.database.reading() as session:
            return outbox.shown_live(session, row.conversation_id, row.live or "")

    def _find_root(self, recipient: Recipient, carrier: Threading, live: str) -> str | None:
        """The message of that name under which something is said to a recipient."""
        just_shown = self._shown.get((recipient.conversation_id, live))
        if just_shown is not None:
            return just_shown
        with self._program.database.reading() as session:
            chats = UnitOfWork(session, SYSTEM).chats.named(recipient.channel, carrier.roots(recipient.address))
            found = (outbox.shown_live(session, each, live) for each in chats.values())
            return next((each for each in found if each is not None), None)

    def _is_outdone(self, row: OutboxRow) -> bool:
        with self._program.database.reading() as session:
            return outbox.is_outdone(session, row)

    async def _put_off(self, recipient: Recipient, row: OutboxRow, later: Later, most: int = MOST_ATTEMPTS) -> None:
        """Note why a row was not sent now: given up when that was the last of the ``most`` tries, else raises Later."""
        if later.counted and row.attempts + 1 >= most:
            self._end(recipient, row, outbox.DEAD, str(later))
            return
        metrics.SENDS.labels(recipient.channel, "later").inc()
        await self._in_core(self._note, row.id or 0, str(later), later.counted)
        doubled = min(LONGEST_PAUSE, later.seconds * 2 ** min(row.attempts, 20))
        raise Later(doubled if later.counted else later.seconds, str(later)) from later

    def _give_back(self, waiting: list[OutboxRow]) -> None:
        """Rows that were claimed and not tried count as not claimed."""
        if waiting:
            self._untried += [row.id or 0 for row in waiting]
            waiting.clear()
            self._results.set()

    def _end(self, recipient: Recipient, row: OutboxRow, state: str, why: str) -> None:
        log.info("outbox.ended", row=row.id, state=state, channel=recipient.channel)
        metrics.SENDS.labels(recipient.channel, state).inc()
        self._ended.append((row.id or 0, state, why))
        self._results.set()

    def _letter(self, recipient: Recipient, row: OutboxRow) -> Letter:
        """The letter of a row in its reader's language. Raises _Unwritten when its words cannot be made."""
        try:
            return self._written(recipient, row)
        except Exception as error:
            raise _Unwritten(f"it cannot be written ({type(error).__name__})") from error

    def _written(self, recipient: Recipient, row: OutboxRow) -> Letter:
        words, at = self._program.words, now()
        short = f"short.{row.name}"
        name = short if recipient.channel == "sms" and words.knows(short, recipient.language) else row.name
        text = words.say(name, row.facts, recipient.language, at)
        buttons = tuple(
            (words.say(each["label"], each["values"], recipient.language, at), f"/{each['id']}") for each in row.choices
        )
        return Letter(recipient, row, text, buttons, row.media)

    def _lose(self, recipient: Recipient, why: str) -> None:
        log.info("outbox.channel_lost", conversation=recipient.conversation_id, channel=recipient.channel)
        metrics.SENDS.labels(recipient.channel, "gone").inc()
        at = moment(SYSTEM, f"lost:{new_id()}", self._program.settings.policies)
        perform(self._program.database, [LoseChannel(conversation=recipient.conversation_id, why=why[:200])], at)
        self.wake()

    def _note(self, row_id: int, why: str, counted: bool) -> None:
        note = outbox.note_trouble if counted else outbox.give_back
        self._program.database.retrying(lambda session: note(session, [row_id], why))

    async def _mark_forever(self) -> None:
        while True:
            await self._results.wait()
            self._results.clear()
            sent, ended, untried, released = results = self._results_so_far()
            try:
                await self._in_core(self._mark, *results)
            except Exception as error:  # tried again with whatever is to be marked then
                log.error("outbox.mark_failed", **what_broke(error))
                self._loop.call_later(LOOK_EVERY, self._results.set)
                continue
            del self._sent[: len(sent)], self._ended[: len(ended)], self._untried[: len(untried)]
            del self._released[: len(released)]
            for each in released:
                self._busy.pop(each, None)
            if released:
                self._news.set()  # more may wait for them by now

    def _results_so_far(self) -> Results:
        """What happened and is not marked yet."""
        return self._sent[:], self._ended[:], self._untried[:], self._released[:]

    def _mark(
        self,
        sent: list[tuple[int, str | None]],
        ended: list[tuple[int, str, str | None]],
        untried: list[int],
        released: list[int],
    ) -> None:
        def work(session: Session) -> None:
            outbox.mark_sent(session, sent, now())
            for row_id, state, why in ended:
                outbox.mark(session, [row_id], state, now(), why)
            outbox.give_back(session, untried, "others went first")
            leases.release(session, [outbox.lease_name(each) for each in released], self._holder)

        self._program.database.retrying(work)

    async def _in_core(self, work: Callable[..., T], *args: Any) -> T:
        return await self._loop.run_in_executor(self._program.pool, work, *args)


async def _heard(news: asyncio.Event, seconds: float) -> None:
    """Wait for news, no longer than that."""
    try:
        await asyncio.wait_for(news.wait(), seconds)
    except TimeoutError:
        return
