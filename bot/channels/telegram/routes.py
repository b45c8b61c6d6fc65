"""Where Telegram calls us: ``POST /webhooks/telegram``, answered when the message is committed."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from bot.channels.telegram.channel import PATH, NoUpdate, Telegram
from bot.web.problems import Problem

#: Updates are small; https://core.telegram.org/bots/api#update
LARGEST_BODY = 1024 * 1024


def routes(telegram: Telegram) -> APIRouter:
    """The webhook. Whoever does not know the secret learns nothing."""
    router = APIRouter(include_in_schema=False)

    @router.post(PATH)
    async def webhook(request: Request) -> Response:
        if not telegram.knows_secret(request.headers.get("x-telegram-bot-api-secret-token", "")):
            raise Problem(401, "Not from Telegram", "The secret token is missing or wrong.")
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                raise Problem(413, "Request too large", "An update may have at most 1 MB.")
        try:
            await telegram.take_json(bytes(body))
        except NoUpdate as error:
            raise Problem(422, "Unusable update", "This is no update of the Bot API.") from error
        return Response(status_code=200)

    return router
