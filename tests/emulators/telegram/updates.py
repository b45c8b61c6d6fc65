"""Updates on their way to the bot: kept until confirmed, by getUpdates or by an accepted webhook call.

Rules: https://core.telegram.org/bots/api#getting-updates.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable

from tests.emulators.telegram.records import Delivery, Json, Refusal
from tests.emulators.telegram.webhook import Webhook, check_webhook

_ONLY_WHEN_ASKED_FOR = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Updates:
    """The queue between people and the bot; ``changed`` guards it, its loop runs polls and webhook calls."""

    def __init__(self, changed: threading.Condition, *, retry_delay: float, webhook_timeout: float) -> None:
        self.pending: dict[int, Json] = {}
        self.confirmed = 0
        self.deliveries: list[Delivery] = []
        self.webhook: Webhook | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self._changed = changed
        self._last_id = 800_000_000
        self._allowed: list[str] = []
        self._fresh: list[Json] = []
        self._repeats: list[list[Json]] = []
        self._poll: asyncio.Future[None] | None = None
        self._retry_delay = retry_delay
        self._webhook_timeout = webhook_timeout

    def add(self, kind: str, content: Json) -> Json:
        """A new update of that kind; one that allowed_updates leaves out is made but never delivered."""
        with self._changed:
            self._last_id += 1
            update = {"update_id": self._last_id, kind: content}
            if kind in self._allowed or (not self._allowed and kind not in _ONLY_WHEN_ASKED_FOR):
                self._queue(update)
            return update

    def inject(self, update: Json) -> Json:
        """Queue an update as it is, whatever allowed_updates says; it gets an update_id where it has none."""
        with self._changed:
            update = {"update_id": self._last_id + 1, **update}
            self._last_id = max(self._last_id, update["update_id"])
            self._queue(update)
            return update

    def repeat(self, update: Json, times: int) -> None:
        """Deliver it again: at once and concurrently to a webhook, else in each of the next ``times`` answers."""
        with self._changed:
            if self.webhook:
                self._soon(self.webhook.repeat, update, times)
            else:
                self._repeats.append([update] * times)
                self._soon(self._arrived)

    async def get(self, body: Json, connected: Callable[[], bool] = lambda: True) -> list[Json]:
        """getUpdates: confirms what is below ``offset``, then waits up to ``timeout`` seconds for an update.

        Whoever is no longer ``connected`` by then gets, and uses up, nothing.
        """
        limit = max(1, min(100, int(body.get("limit", 100))))
        with self._changed:
            if self.webhook:
                why = (
                    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
                )
                raise Refusal(409, f"Conflict: {why}")
            self.end_poll("terminated by other getUpdates request; make sure that only one bot instance is running")
            self._allow(body)
            self._confirm(int(body.get("offset", 0)))
            batch = self._batch(limit)
            wait = min(50.0, float(body.get("timeout", 0)))
            if batch or wait <= 0:
                return batch
            poll = self._poll = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(poll, wait)
        except TimeoutError:
            return []
        finally:
            if self._poll is poll:
                self._poll = None
        with self._changed:
            return self._batch(limit) if connected() else []

    async def set_webhook(self, body: Json) -> bool:
        """setWebhook: updates, waiting ones first, are posted to ``url`` from now on; an empty one ends that.

        ``http://`` is accepted for this machine only, as by a Bot API server with ``--local``.
        """
        url = str(body.get("url") or "")
        if not url:
            return await self.delete_webhook(body)
        secret = str(body.get("secret_token") or "")
        check_webhook(url, secret)
        await self._end_webhook()
        with self._changed:
            self.end_poll("terminated by setWebhook request")
            self._drop(body)
            self._allow(body)
            connections = max(1, min(100, int(body.get("max_connections") or 40)))
            self.webhook = Webhook(url, secret, connections, self._ended, self._retry_delay, self._webhook_timeout)
            self._fresh.clear()
            for update in self.pending.values():
                self.webhook.offer(update)
        return True

    async def delete_webhook(self, body: Json) -> bool:
        """deleteWebhook: what is waiting stays for getUpdates unless ``drop_pending_updates``."""
        await self._end_webhook()
        with self._changed:
            self._drop(body)
        return True

    def info(self) -> Json:
        """A WebhookInfo."""
        with self._changed:
            hook = self.webhook
            told: Json = {"url": hook.url if hook else "", "has_custom_certificate": False}
            told["pending_update_count"] = len(self.pending)
            if self._allowed:
                told["allowed_updates"] = self._allowed
            if hook:
                told["max_connections"] = hook.connections
            if hook and hook.last_error:
                told |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error}
            return told

    def end_poll(self, why: str) -> None:
        """End a waiting getUpdates with 409."""
        if self._poll and not self._poll.done():
            self._poll.set_exception(Refusal(409, f"Conflict: {why}"))

    async def stop(self) -> None:
        """No more calls: for the end of the emulator."""
        self.end_poll("the emulator has ended")
        await self._end_webhook()

    async def _end_webhook(self) -> None:
        hook, self.webhook = self.webhook, None
        if hook:
            await hook.stop()

    def _queue(self, update: Json) -> None:
        self.pending[update["update_id"]] = update
        self._fresh.append(update)
        if len(self._fresh) == 1:
            self._soon(self._arrived)
        self._changed.notify_all()

    def _soon(self, what: Callable[..., None], *arguments: object) -> None:
        if self.loop:
            self.loop.call_soon_threadsafe(what, *arguments)

    def _arrived(self) -> None:
        with self._changed:
            fresh, self._fresh = self._fresh, []
            for update in fresh if self.webhook else ():
                self.webhook.offer(update)  # type: ignore[union-attr]
            if self._poll and not self._poll.done():
                self._poll.set_result(None)

    def _allow(self, body: Json) -> None:
        if body.get("allowed_updates") is not None:
            self._allowed = list(body["allowed_updates"])

    def _drop(self, body: Json) -> None:
        if body.get("drop_pending_updates"):
            self.pending.clear()
            self._fresh.clear()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            kept = list(self.pending)[offset:]
            offset = kept[0] if kept else self._last_id + 1
        for update_id in [one for one in self.pending if one < offset]:
            del self.pending[update_id]
        self.confirmed = max(self.confirmed, offset)
        self._changed.notify_all()

    def _batch(self, limit: int) -> list[Json]:
        again: dict[int, Json] = {}
        for copies in self._repeats:
            again.setdefault(copies[-1]["update_id"], copies[-1])
            copies.pop()
        self._repeats = [copies for copies in self._repeats if copies]
        waiting = (one for key, one in self.pending.items() if key not in again)
        return list(itertools.islice(itertools.chain(again.values(), waiting), limit))

    def _ended(self, delivery: Delivery) -> None:
        with self._changed:
            self.deliveries.append(delivery)
            if delivery.status is not None and 200 <= delivery.status < 300:
                self.pending.pop(delivery.update["update_id"], None)
            self._changed.notify_all()
