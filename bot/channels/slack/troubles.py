"""Troubles of the Web API as the sender knows them.

Codes: https://docs.slack.dev/reference/methods/chat.postMessage#errors
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError

from bot import metrics
from bot.letters import Gone, Later, NotThere, Rejected

log = structlog.get_logger()

#: Seconds until Slack is tried again when it could not be reached, and when it does not know us any more.
AWAY_PAUSE, UNKNOWN_PAUSE = 3.0, 60.0
#: The app is not in the channel, or does not see it.
OUTSIDE = frozenset({"not_in_channel", "channel_not_found", "user_not_in_channel"})
_GONE = OUTSIDE | {
    "is_archived", "user_not_found", "user_disabled", "users_not_found", "cannot_dm_bot", "user_not_visible",
    "messages_tab_disabled", "restricted_action",
}  # fmt: skip
#: The message is not there under which something is to be said.
NO_THREAD = frozenset({"thread_not_found", "invalid_thread_ts"})
_NOT_THERE = NO_THREAD | {"message_not_found", "cant_update_message", "edit_window_closed"}
#: The token is no longer good, or may not do that: nothing that a letter can help.
_UNKNOWN = frozenset({
    "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope", "no_permission",
    "access_denied", "team_access_not_granted", "accesslimited", "not_allowed_token_type",
})  # fmt: skip
_AWAY = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited"})
#: Blocks that Slack does not like for a reason we do not know; the words may still be sent without them.
BAD_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_attachments"})


def code_of(error: SlackApiError) -> str:
    """Slack's word for what is wrong, or the status where it said none."""
    answer = error.response
    data = answer.data if hasattr(answer, "data") else None
    code = data.get("error") if isinstance(data, dict) else None
    return str(code) if code else f"http_{status_of(error)}"


def status_of(error: SlackApiError) -> int:
    """The HTTP status of the answer."""
    answer = error.response
    return int(getattr(answer, "status_code", None) or getattr(answer, "status", 0) or 0)


@contextmanager
def in_our_words() -> Iterator[None]:
    """Raises Later, Rejected, Gone or NotThere for what the library raises."""
    try:
        yield
    except SlackApiError as error:
        raise _ours(error) from error
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise Later(AWAY_PAUSE, type(error).__name__, counted=False) from error
    except TimeoutError as error:  # it may have arrived all the same
        metrics.REPEATS.inc()
        raise Later(2, "no answer in time") from error
    except (aiohttp.ClientError, SlackClientError, OSError) as error:
        raise Later(2, type(error).__name__) from error


def _ours(error: SlackApiError) -> Exception:
    code, status = code_of(error), status_of(error)
    if status == 429 or code == "ratelimited":
        headers = getattr(error.response, "headers", {})
        seconds = _seconds(headers.get("Retry-After"))
        return Later(seconds, f"Slack asks to wait {seconds:.0f} seconds", counted=False)
    if code in _NOT_THERE:
        return NotThere(code)
    if code in _GONE:
        return Gone(code)
    if code in _UNKNOWN:
        log.error("slack.refused_us", error=code, todo="Install the app again, with the manifest, and set its token.")
        return Later(UNKNOWN_PAUSE, code, counted=False)
    if code in _AWAY or code == f"http_{status}":  # nothing of Slack's own, or nothing that says what is wrong
        return Later(2, code)
    return Rejected(code)


def _seconds(given: str | None) -> float:
    try:
        return max(1.0, float(given or 1))
    except ValueError:
        return 1.0
