"""What becomes of the words somebody types before an app gets them.

Rules: https://docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import re

from tests.emulators.slack.state import State

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_LINK = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?)]")


def as_sent(state: State, typed: str) -> str:
    """The text of the message: & < > escaped; people, channels, links and e-mail addresses marked up."""
    with state.changed:
        return _marked_up(state, typed)


def _marked_up(state: State, typed: str) -> str:
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    linked = _LINK.sub(lambda link: f"<{link[0]}>", escaped)
    linked = _ADDRESS.sub(lambda mail: f"<mailto:{mail[0]}|{mail[0]}>", linked)
    for user in sorted(state.users.values(), key=lambda one: -len(one["real_name"])):
        for name in (user["real_name"], user["name"]):
            linked = re.sub(rf"(?<![\w.])@{re.escape(name)}(?!\w)", f"<@{user['id']}>", linked)
    for place in state.places.values():
        if place.kind != "im":
            linked = re.sub(rf"(?<![\w&])#{re.escape(place.name)}(?![\w-])", f"<#{place.id}|{place.name}>", linked)
    return linked
