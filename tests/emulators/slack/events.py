"""What the app is told of by the Events API. Rules: https://docs.slack.dev/reference/events."""

from __future__ import annotations

import time

from tests.emulators.slack.courier import Courier
from tests.emulators.slack.manifest import EVENT_SCOPES
from tests.emulators.slack.records import Delivery, Json, Message
from tests.emulators.slack.shown import shown_message, shown_view
from tests.emulators.slack.state import Place, State

ALL_EVENTS = frozenset(EVENT_SCOPES)
_SUBSCRIPTION = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


class Events:
    """Sends those events the app has subscribed to, of places it is in."""

    def __init__(self, state: State, courier: Courier, subscribed: frozenset[str], *, echoes: bool) -> None:
        self._state = state
        self._courier = courier
        self.subscribed = subscribed
        if echoes:
            state.told = self._echo

    def origin(self) -> Json:
        """What every request says of where it comes from."""
        return {"token": "verification-token", "team_id": self._state.team["id"], "api_app_id": self._state.app_id}

    def said(self, message: Message) -> list[Delivery]:
        """A new message: an event for what was said, and another where the app was mentioned."""
        with self._state.changed:
            place, told = self._state.places[message.channel], self._message(message)
        deliveries = []
        if place.kind != "im" and f"<@{self._state.bot_user}>" in message.text and message.subtype is None:
            mention = {name: value for name, value in told.items() if name not in ("channel_type", "client_msg_id")}
            deliveries.append(self._send("app_mention", {**mention, "type": "app_mention"}, place))
        deliveries.append(self._send(_SUBSCRIPTION[place.event_kind], told, place))
        return [one for one in deliveries if one]

    def changed(self, message: Message, before: Json) -> Delivery | None:
        """A message was changed."""
        with self._state.changed:
            told = {"message": shown_message(self._state, message), "previous_message": before}
        return self._about(message, "message_changed", told)

    def deleted(self, message: Message, before: Json) -> Delivery | None:
        """A message was deleted."""
        return self._about(message, "message_deleted", {"deleted_ts": message.ts, "previous_message": before})

    def reacted(self, message: Message, user: str, name: str) -> Delivery | None:
        """An emoji was added to a message."""
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        event: Json = {
            "type": "reaction_added",
            "user": user,
            "reaction": name,
            "item_user": message.user,
            "item": item,
        }
        event["event_ts"] = self._state.next_ts()
        return self._send("reaction_added", event, self._state.places[message.channel])

    def joined(self, place: Place, inviter: str) -> Delivery | None:
        """The app has become a member of a channel."""
        event = {"type": "member_joined_channel", "user": self._state.bot_user, "channel": place.id}
        event |= {"channel_type": place.id[0], "team": self._state.team["id"], "inviter": inviter}
        return self._send("member_joined_channel", {**event, "event_ts": self._state.next_ts()}, place)

    def home_opened(self, user: str, tab: str) -> Delivery | None:
        """Somebody looks at the app's home."""
        with self._state.changed:
            place = self._state.direct(user)
            event: Json = {"type": "app_home_opened", "user": user, "channel": place.id, "tab": tab}
            event["event_ts"] = self._state.next_ts()
            if tab == "home" and user in self._state.homes:
                event["view"] = shown_view(self._state, self._state.homes[user])
        return self._send("app_home_opened", event, place)

    def sends(self, event: Json) -> Delivery:
        """Any event at all, in the envelope of the Events API."""
        return self._courier.send("event", self._wrapped(event))

    def _message(self, message: Message) -> Json:
        place = self._state.places[message.channel]
        told = shown_message(self._state, message)
        told |= {"channel": place.id, "channel_type": place.event_kind, "event_ts": message.ts}
        if message.bot_id:
            return told
        text = {"type": "rich_text_section", "elements": [{"type": "text", "text": message.text}]}
        blocks = [{"type": "rich_text", "block_id": f"b{message.ts}", "elements": [text]}]
        return {**told, "blocks": blocks, "client_msg_id": f"{self._state.number():08x}-0000-4000-8000-000000000000"}

    def _about(self, message: Message, subtype: str, told: Json) -> Delivery | None:
        place = self._state.places[message.channel]
        stamp = self._state.next_ts()
        event = {"type": "message", "subtype": subtype, "hidden": True, "channel": place.id, "ts": stamp}
        event |= {"channel_type": place.event_kind, "event_ts": stamp, **told}
        return self._send(_SUBSCRIPTION[place.event_kind], event, place)

    def _echo(self, message: Message, change: str) -> None:
        """The app's own messages come back to it as events, as they do in Slack."""
        if message.only_for:
            return
        if change == "posted":
            self._send(_SUBSCRIPTION[self._state.places[message.channel].event_kind], self._message(message), None)
        elif change == "changed":
            self.changed(message, {**shown_message(self._state, message), **message.versions[-1]})
        else:
            self.deleted(message, shown_message(self._state, message))

    def _send(self, subscription: str, event: Json, place: Place | None) -> Delivery | None:
        outside = place is not None and self._state.bot_user not in place.members
        if subscription not in self.subscribed or outside:
            return None
        return self.sends(event)

    def _wrapped(self, event: Json) -> Json:
        state = self._state
        bot = {"enterprise_id": None, "team_id": state.team["id"], "user_id": state.bot_user}
        return {
            **self.origin(),
            "type": "event_callback",
            "event": event,
            "event_id": state.identifier("Ev"),
            "event_time": int(time.time()),
            "authorizations": [{**bot, "is_bot": True, "is_enterprise_install": False}],
            "is_ext_shared_channel": False,
            "event_context": f"4-{state.number()}",
        }
