"""Where Slack calls us: ``POST /webhooks/slack``, acknowledged when what it says is committed."""

from __future__ import annotations

import time

import structlog
from fastapi import APIRouter, Request, Response

from bot.channels.slack.channel import Slack
from bot.channels.slack.manifest import PATH
from bot.web.problems import Problem

log = structlog.get_logger()

LARGEST_BODY = 1024 * 1024
#: A signature is good for so many seconds (https://docs.slack.dev/authentication/verifying-requests-from-slack).
GOOD_FOR = 300.0
_SIGNATURE = "x-slack-signature"
#: What Slack sends again within a second has the signature it had; the key in the inbox makes that harmless.
_RETRY = "x-slack-retry-num"


class Seen:
    """The signatures of requests that were answered, for as long as they would be good."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def __contains__(self, signature: str) -> bool:
        return self._until.get(signature, 0.0) > time.monotonic()

    def add(self, signature: str) -> None:
        """It was answered; Slack signs whatever it sends again anew."""
        at = time.monotonic()
        while self._until and next(iter(self._until.values())) <= at:
            del self._until[next(iter(self._until))]
        self._until[signature] = at + 2 * GOOD_FOR


def routes(slack: Slack) -> APIRouter:
    """The request URL of events, commands and interactions. Whoever cannot sign learns nothing."""
    router = APIRouter(include_in_schema=False)
    seen = Seen()

    @router.post(PATH)
    async def receive(request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                raise Problem(413, "Request too large", "A request of Slack's has at most 1 MB.")
        signature = request.headers.get(_SIGNATURE, "") + request.headers.get(_RETRY, "")
        if signature in seen:
            log.warning("slack.refused", why="replay")
            raise Problem(401, "Seen before", "This very request was answered already.")
        answer = await slack.answer(body.decode("utf-8", "replace"), dict(request.headers))
        if answer.status == 401:
            log.warning("slack.refused", why="signature")
            raise Problem(401, "Not from Slack", "The signature is missing, wrong or too old.")
        if answer.status == 200:
            seen.add(signature)
        headers = {name: values[0] for name, values in answer.headers.items() if name.lower() != "content-length"}
        return Response(answer.body, answer.status, headers)

    return router
