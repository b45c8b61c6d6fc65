"""Stripe's refund API of the test's own: real HTTP on a free port, its rules, scripted failures.

As https://docs.stripe.com/api/refunds, https://docs.stripe.com/api/errors and https://docs.stripe.com/api/idempotent_requests
have it: forms in, JSON out; a key's first answer is kept once the request is carried out, errors of the server included, and is
given again; another body under the same key is an error, and so is the same key while the first request is under way. What is
wrong with a request itself is answered anew each time.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.emulators.serving import served
from tests.emulators.waiting import PATIENCE, wait_until

KEY = "sk_test_51Roundsman"
_DEFAULT = {"limit": "10"}


@dataclass
class Payment:
    """A payment that was made: ``charge`` is the charge behind a payment intent."""

    name: str
    amount: int
    currency: str = "eur"


@dataclass
class _Kept:
    """What a key was first asked, and answered; no answer yet while it is under way."""

    form: Mapping[str, str]
    status: int | None = None
    body: dict[str, Any] = field(default_factory=dict)


@dataclass
class Stripe:
    """The server. ``scripted`` are what happens to the next refunds that are asked for, in order:

    a status with an error, as (status, type, code); ``drop`` cuts the connection before anything is done, ``drop_after`` once the
    refund is made; ``hang`` makes the refund and answers when ``let_go`` is called; ``pending``, ``requires_action`` or
    ``failed`` is the state of the refund; ``nonsense`` is an answer that is no JSON; ``500_after`` makes the refund and says 500.
    """

    port: int = 0
    payments: dict[str, Payment] = field(default_factory=dict)
    refunds: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str], Mapping[str, str]]] = field(default_factory=list)
    scripted: list[str | tuple[int, str, str]] = field(default_factory=list)
    lookups: list[tuple[int, str, str]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    _keys: dict[str, _Kept] = field(default_factory=dict)
    _held: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def paid(self, name: str, amount: int, currency: str = "eur") -> str:
        """A payment was made; its name."""
        self.payments[name] = Payment(name, amount, currency)
        return name

    def posts(self) -> list[dict[str, str]]:
        """The forms that were sent, in order."""
        return [form for method, _, form, _ in self.asked if method == "POST"]

    def given_back(self, name: str) -> int:
        """What of a payment was given back, or is being."""
        return sum(
            each["amount"] for each in self.refunds
            if name in {each["charge"], each["payment_intent"]} and each["status"] not in {"failed", "canceled"}
        )  # fmt: skip

    def forget_keys(self) -> None:
        """A day has passed."""
        self._keys.clear()

    def settle(self, status: str, reason: str | None = None) -> None:
        """What is pending comes to its end."""
        for each in self.refunds:
            if each["status"] in {"pending", "requires_action"}:
                each["status"], each["failure_reason"] = status, reason

    def let_go(self) -> None:
        """What hangs is answered."""
        self._held.set()

    def wait_for_refund(self, timeout: float = PATIENCE) -> None:
        """Returns once a refund was made."""
        with self.changed:
            assert wait_until(self.changed, lambda: bool(self.refunds), timeout), "no refund was made"

    async def post(self, request: web.Request) -> web.StreamResponse:
        """``POST /v1/refunds``"""
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(("POST", request.path, form, dict(request.headers)))
        if (refused := _unauthorised(request)) is not None:
            return refused
        if request.content_type != "application/x-www-form-urlencoded":
            return _error(400, "invalid_request_error", "", "Send a form.")
        key = request.headers.get("Idempotency-Key")
        kept = self._keys.get(key) if key is not None else None
        if kept is not None:
            return self._again(kept, form)
        if (wrong := self._wrong(form)) is not None:
            return wrong
        first = _Kept(form)
        if key is not None:
            self._keys[key] = first
        return await self._carry_out(request, first)

    async def get(self, request: web.Request) -> web.StreamResponse:
        """``GET /v1/refunds`` of a payment, a page of them, the latest first."""
        query = {**_DEFAULT, **request.query}
        self.asked.append(("GET", request.path, query, dict(request.headers)))
        if (refused := _unauthorised(request)) is not None:
            return refused
        if self.lookups:
            return _error(*self.lookups.pop(0), "scripted")
        name = query.get("payment_intent") or query.get("charge")
        found = [each for each in reversed(self.refunds) if name in {None, each["charge"], each["payment_intent"]}]
        after = query.get("starting_after")
        if after is not None:
            names = [each["id"] for each in found]
            found = found[names.index(after) + 1 :]
        page = found[: int(query["limit"])]
        return web.json_response(
            {"object": "list", "url": "/v1/refunds", "has_more": len(page) < len(found), "data": page}
        )

    async def one(self, request: web.Request) -> web.StreamResponse:
        """``GET /v1/refunds/:id``"""
        self.asked.append(("GET", request.path, dict(request.query), dict(request.headers)))
        if (refused := _unauthorised(request)) is not None:
            return refused
        found = next((each for each in self.refunds if each["id"] == request.match_info["id"]), None)
        if found is None:
            return _error(404, "invalid_request_error", "resource_missing", "No such refund.")
        return web.json_response(found)

    def _again(self, kept: _Kept, form: Mapping[str, str]) -> web.StreamResponse:
        if kept.form != form:
            words = "Keys for idempotent requests can only be used with the same parameters they were first used with."
            return _error(400, "idempotency_error", "", words)
        if kept.status is None:
            words = "There is currently another in-progress request using this Idempotent Key."
            return _error(409, "idempotency_error", "idempotency_key_in_use", words)
        return web.json_response(kept.body, status=kept.status, headers={"Idempotent-Replayed": "true"})

    def _wrong(self, form: Mapping[str, str]) -> web.StreamResponse | None:
        """What is wrong with a request before anything is done: this is kept under no key."""
        named = [name for name in ("payment_intent", "charge") if form.get(name)]
        if len(named) != 1:
            return _error(400, "invalid_request_error", "parameter_missing", "One of charge or payment_intent.")
        unknown = [
            name
            for name in form
            if name not in {"payment_intent", "charge", "amount"} and not name.startswith("metadata[")
        ]
        if unknown:
            return _error(
                400, "invalid_request_error", "parameter_unknown", f"Received unknown parameter: {unknown[0]}"
            )
        if not form.get("amount", "").isdecimal() or int(form["amount"]) < 1:
            return _error(400, "invalid_request_error", "parameter_invalid_integer", "Invalid integer: amount")
        return None

    async def _carry_out(self, request: web.Request, first: _Kept) -> web.StreamResponse:
        script = self.scripted.pop(0) if self.scripted else None
        if script == "drop":
            for key in [key for key, kept in self._keys.items() if kept is first]:
                del self._keys[key]
            return _cut(request)
        if isinstance(script, tuple):
            first.status, first.body = script[0], _body(script[1], script[2], "scripted")
            if script[0] in {409, 429}:
                for key in [key for key, kept in self._keys.items() if kept is first]:
                    del self._keys[key]
        else:
            first_status, body = self._refund(first.form, script)
            if script == "hang":
                await asyncio.to_thread(self._held.wait, 60)
            first.status, first.body = (
                (500, _body("api_error", "", "It broke.")) if script == "500_after" else (first_status, body)
            )
        if script == "drop_after":
            return _cut(request)
        if script == "nonsense":
            return web.Response(text="<html>Bad gateway</html>", content_type="text/html", status=first.status)
        return web.json_response(first.body, status=first.status)

    def _refund(self, form: Mapping[str, str], script: str | None) -> tuple[int, dict[str, Any]]:
        name = form.get("payment_intent") or form["charge"]
        payment = self.payments.get(name)
        if payment is None:
            return 404, _body("invalid_request_error", "resource_missing", f"No such payment: '{name}'")
        amount, left = int(form["amount"]), payment.amount - self.given_back(name)
        if left <= 0:
            return 400, _body(
                "invalid_request_error", "charge_already_refunded", f"Charge {name} has already been refunded."
            )
        if amount > left:
            words = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            return 400, _body("invalid_request_error", "", words)
        made = {
            "id": f"re_{len(self.refunds) + 1}", "object": "refund", "amount": amount, "currency": payment.currency,
            "charge": form.get("charge") or f"ch_{name}", "payment_intent": form.get("payment_intent"),
            "metadata": {each[9:-1]: value for each, value in form.items() if each.startswith("metadata[")},
            "status": script if script in {"pending", "requires_action", "failed"} else "succeeded",
            "failure_reason": "expired_or_canceled_card" if script == "failed" else None,
        }  # fmt: skip
        with self.changed:
            self.refunds.append(made)
            self.changed.notify_all()
        return 200, made


def _unauthorised(request: web.Request) -> web.StreamResponse | None:
    if request.headers.get("Authorization") == f"Bearer {KEY}":
        return None
    return _error(401, "invalid_request_error", "", "Invalid API Key provided")


def _body(type_: str, code: str, message: str) -> dict[str, Any]:
    return {"error": {"type": type_, "message": message, **({"code": code} if code else {})}}


def _error(status: int, type_: str, code: str, message: str) -> web.StreamResponse:
    return web.json_response(_body(type_, code, message), status=status)


def _cut(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@contextmanager
def stripe() -> Iterator[Stripe]:
    """The server, for as long as the block runs."""
    state = Stripe()

    def route(routes: web.UrlDispatcher) -> None:
        routes.add_post("/v1/refunds", state.post)
        routes.add_get("/v1/refunds", state.get)
        routes.add_get("/v1/refunds/{id}", state.one)

    with served("stripe", route) as state.port:
        try:
            yield state
        finally:
            state.let_go()
