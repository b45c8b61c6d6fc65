"""conversations.*. Rules: https://docs.slack.dev/reference/methods/conversations.list and its kin."""

from __future__ import annotations

from tests.emulators.slack.people import page
from tests.emulators.slack.records import Json, Message, Refusal
from tests.emulators.slack.shown import shown_message, shown_place
from tests.emulators.slack.state import Place, State

_KINDS = {"public_channel", "private_channel", "mpim", "im"}


class Conversations:
    """Channels and direct messages as the app may see them."""

    def __init__(self, state: State) -> None:
        self._state = state

    def list(self, arguments: Json) -> Json:
        """conversations.list."""
        wanted = {one.strip() for one in str(arguments.get("types") or "public_channel").split(",")}
        if not wanted <= _KINDS:
            raise Refusal("invalid_types")
        places = [one for one in self._state.places.values() if one.kind in wanted and self._sees(one)]
        if arguments.get("exclude_archived") in (True, "1", "true"):
            places = [one for one in places if not one.archived]
        found, metadata = page(places, arguments, 1000)
        return {"channels": [shown_place(self._state, one) for one in found], "response_metadata": metadata}

    def info(self, arguments: Json) -> Json:
        """conversations.info."""
        return {"channel": shown_place(self._state, self._known(arguments))}

    def members(self, arguments: Json) -> Json:
        """conversations.members."""
        found, metadata = page(self._known(arguments).members, arguments, 1000)
        return {"members": found, "response_metadata": metadata}

    def history(self, arguments: Json) -> Json:
        """conversations.history: the latest first, without what was only said in threads."""
        place = self._joined(arguments)
        messages = [one for one in place.messages.values() if _visible(one) and (not one.is_reply or one.broadcast)]
        found, metadata = page(_between(messages[::-1], arguments), arguments, 999)
        told = [shown_message(self._state, one) for one in found]
        return {"messages": told, "has_more": bool(metadata["next_cursor"]), "response_metadata": metadata}

    def replies(self, arguments: Json) -> Json:
        """conversations.replies: the thread from its beginning."""
        place = self._joined(arguments)
        ts = str(arguments.get("ts"))
        if ts not in place.messages:
            raise Refusal("thread_not_found")
        begin = place.messages[ts].thread_ts or ts
        thread = [one for one in place.messages.values() if _visible(one) and begin in (one.ts, one.thread_ts)]
        found, metadata = page(_between(thread, arguments), arguments, 1000)
        told = [shown_message(self._state, one) for one in found]
        return {"messages": told, "has_more": bool(metadata["next_cursor"]), "response_metadata": metadata}

    def join(self, arguments: Json) -> Json:
        """conversations.join."""
        place = self._known(arguments)
        if place.kind != "public_channel":
            raise Refusal("method_not_supported_for_channel_type")
        if place.archived:
            raise Refusal("is_archived")
        if self._state.bot_user not in place.members:
            place.members.append(self._state.bot_user)
            return {"channel": shown_place(self._state, place)}
        already = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
        return {"channel": shown_place(self._state, place), **already}

    def open(self, arguments: Json) -> Json:
        """conversations.open: with one user, or a conversation that exists."""
        users = [one.strip() for one in str(arguments.get("users") or "").split(",") if one.strip()]
        if not users:
            return {"channel": {"id": self._known(arguments).id}}
        if any(one not in self._state.users for one in users):
            raise Refusal("user_not_found")
        if any(self._state.users[one]["deleted"] for one in users):
            raise Refusal("user_disabled")
        if users == [self._state.bot_user]:
            raise Refusal("cannot_dm_bot")
        if len(users) > 1:
            raise Refusal("method_not_supported_for_channel_type")  # group messages are not played here
        place = self._state.direct(users[0])
        shown = (
            shown_place(self._state, place) if arguments.get("return_im") in (True, "1", "true") else {"id": place.id}
        )
        return {"channel": shown}

    def _sees(self, place: Place) -> bool:
        return place.kind == "public_channel" or self._state.bot_user in place.members

    def _known(self, arguments: Json) -> Place:
        channel = str(arguments.get("channel"))
        if channel not in self._state.places:
            raise Refusal("channel_not_found")  # these take ids only
        return self._state.known(channel)

    def _joined(self, arguments: Json) -> Place:
        return self._state.joined(self._known(arguments).id)


def _visible(message: Message) -> bool:
    return not message.deleted and not message.only_for


def _between(messages: list[Message], arguments: Json) -> list[Message]:
    oldest, latest = str(arguments.get("oldest") or "0"), str(arguments.get("latest") or "9" * 11)
    if arguments.get("inclusive") in (True, "1", "true"):
        return [one for one in messages if float(oldest) <= float(one.ts) <= float(latest)]
    return [one for one in messages if float(oldest) < float(one.ts) < float(latest)]
