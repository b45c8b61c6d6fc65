"""users.*. Rules: https://docs.slack.dev/reference/methods/users.info and its kin."""

from __future__ import annotations

import copy
from typing import Any

from tests.emulators.slack.records import Json, Refusal
from tests.emulators.slack.state import State


class People:
    """Who is in the workspace."""

    def __init__(self, state: State) -> None:
        self._state = state

    def info(self, arguments: Json) -> Json:
        """users.info."""
        user = self._state.users.get(str(arguments.get("user")))
        if user is None:
            raise Refusal("user_not_found")
        return {"user": self._shown(user)}

    def list(self, arguments: Json) -> Json:
        """users.list."""
        members, metadata = page(list(self._state.users.values()), arguments, 1000)
        return {"members": [self._shown(one) for one in members], "cache_ts": 0, "response_metadata": metadata}

    def by_email(self, arguments: Json) -> Json:
        """users.lookupByEmail."""
        email = str(arguments.get("email") or "").lower()
        for user in self._state.users.values():
            if email and user["profile"].get("email", "").lower() == email and not user["deleted"]:
                return {"user": self._shown(user)}
        raise Refusal("users_not_found")

    def _shown(self, user: Json) -> Json:
        told = copy.deepcopy(user)
        if self._state.scopes is not None and "users:read.email" not in self._state.scopes:
            told["profile"].pop("email", None)
        return told


def page(everything: list[Any], arguments: Json, most: int) -> tuple[list[Any], Json]:
    """One page of ``limit`` (at most ``most``) after ``cursor``, and the response_metadata that leads to the next."""
    try:
        begin = int(str(arguments.get("cursor") or "c0")[1:])
        limit = max(1, min(most, int(arguments.get("limit") or most)))
    except ValueError:
        raise Refusal("invalid_cursor" if arguments.get("cursor") else "invalid_limit") from None
    end = begin + limit
    return everything[begin:end], {"next_cursor": f"c{end}" if end < len(everything) else ""}
