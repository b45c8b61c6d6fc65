"""People of the workspace as a test plays them."""

from __future__ import annotations

import mimetypes
from typing import Any

from tests.emulators.slack.answers import Answers
from tests.emulators.slack.courier import Courier
from tests.emulators.slack.events import Events
from tests.emulators.slack.forms import action, chosen, found, missing, overflow_with, values
from tests.emulators.slack.records import Delivery, File, Json, Message, View
from tests.emulators.slack.shown import shown_message, shown_view
from tests.emulators.slack.state import Place, State
from tests.emulators.slack.typed import as_sent


class Person:
    """A user; ``id`` is theirs. Acts return at once; ``await`` or ``wait()`` for a Delivery to have been answered."""

    def __init__(self, state: State, courier: Courier, events: Events, user: Json) -> None:
        self.id: str = user["id"]
        self.user = user
        self._state = state
        self._courier = courier
        self._events = events
        self._answers = Answers(state)

    @property
    def direct(self) -> Place:
        """The direct message between them and the app."""
        with self._state.changed:
            return self._state.direct(self.id)

    @property
    def modal(self) -> View | None:
        """The modal in front of them."""
        with self._state.changed:
            return self._state.front(self.id)

    @property
    def home(self) -> View | None:
        """Their App Home, once it was published."""
        with self._state.changed:
            return self._state.homes.get(self.id)

    def sees(self, place: Place) -> list[Message]:
        """The messages they see there now, those only for them too."""
        with self._state.changed:
            shown = [one for one in place.messages.values() if not one.deleted and one.only_for in (None, self.id)]
            return shown if self.id in place.members else []

    def ephemerals(self, place: Place) -> list[Message]:
        """What only they see there now."""
        return [one for one in self.sees(place) if one.only_for == self.id]

    def leaves(self, place: Place) -> None:
        """Leave a channel."""
        with self._state.changing():
            place.members.remove(self.id)

    def is_deactivated(self) -> None:
        """An admin of the workspace takes their account away."""
        with self._state.changing():
            self.user["deleted"] = True

    # ---- writing

    def says(self, place: Place, words: str, thread: Message | None = None) -> Message:
        """Write in a channel or direct message; "@Roundsman" and other names become mentions, as they do in Slack.

        The app hears of it where it is a member: ``deliveries`` of the message that is returned.
        """
        return self._writes(place, as_sent(self._state, words), thread)

    def mentions(self, place: Place, words: str, thread: Message | None = None) -> Message:
        """Write with a mention of the app before it."""
        return self.says(place, f"@{self._state.users[self._state.bot_user]['real_name']} {words}", thread)

    def tells(self, words: str, thread: Message | None = None) -> Message:
        """Write to the app directly."""
        return self.says(self.direct, words, thread)

    def shares(self, place: Place, name: str, data: bytes, words: str = "", thread: Message | None = None) -> Message:
        """Share a file, whose url_private the app can load with its token."""
        with self._state.changing():
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            file = File(self._state.identifier("F"), name, kind, self.id, len(data), data, complete=True)
            file.channels.append(place.id)
            self._state.files[file.id] = file
        return self._writes(place, as_sent(self._state, words), thread, files=[file])

    def edits(self, message: Message, words: str) -> Delivery | None:
        """Change what they wrote: a message_changed event."""
        assert message.user == self.id, "only one's own messages can be changed"
        with self._state.changing():
            before = shown_message(self._state, message)
            message.versions.append({"text": message.text, "blocks": message.blocks})
            message.text, message.edited = as_sent(self._state, words), True
        return self._events.changed(message, before)

    def deletes(self, message: Message) -> Delivery | None:
        """Delete what they wrote: a message_deleted event."""
        assert message.user == self.id, "only one's own messages can be deleted"
        with self._state.changing():
            before = shown_message(self._state, message)
            message.deleted = True
        return self._events.deleted(message, before)

    def reacts(self, message: Message, name: str) -> Delivery | None:
        """Add an emoji to a message: a reaction_added event."""
        with self._state.changing():
            message.reactions.setdefault(name, []).append(self.id)
        return self._events.reacted(message, self.id, name)

    def invites_app(self, place: Place) -> Delivery | None:
        """Make the app a member: a member_joined_channel event."""
        with self._state.changing():
            place.members.append(self._state.bot_user)
        return self._events.joined(place, self.id)

    def opens_home(self, tab: str = "home") -> Delivery | None:
        """Open the app's home (or its messages): an app_home_opened event."""
        return self._events.home_opened(self.id, tab)

    # ---- commanding

    def runs(self, place: Place, command: str) -> Delivery:
        """Enter a slash command, as "/rounds plan tomorrow"; an answer in the acknowledgement is posted."""
        name, _, words = command.partition(" ")
        state = self._state
        commands = state.features.commands
        assert commands is None or name in commands, f"the app has no command {name}"
        called = {"im": "directmessage", "private_channel": "privategroup"}.get(place.kind, place.name)
        with state.changed:
            payload = {
                **self._events.origin(),
                "team_domain": state.team["domain"],
                "channel_id": place.id,
                "channel_name": called,
                "user_id": self.id,
                "user_name": self.user["name"],
                "command": name,
                "text": as_sent(state, words.strip()) if name in state.features.escaped else words.strip(),
                "is_enterprise_install": "false",
                "response_url": state.new_response_url(self.id, place.id),
                "trigger_id": state.new_trigger(self.id),
            }
        return self._courier.send("command", payload, then=self._answers.to_command)

    def picks(self, shortcut: str, message: Message | None = None) -> Delivery:
        """Choose the shortcut with that callback_id: a global one, or one of those for a message."""
        shortcuts = self._state.features.shortcuts
        assert shortcuts is None or shortcut in shortcuts, f"the app has no shortcut {shortcut}"
        with self._state.changed:
            payload: Json = {"type": "message_action" if message else "shortcut", "callback_id": shortcut}
            payload |= {**self._events.origin(), **self._common(), "action_ts": self._state.next_ts()}
            payload["trigger_id"] = self._state.new_trigger(self.id)
            if message:
                place = self._state.places[message.channel]
                payload["channel"] = {"id": place.id, "name": place.name}
                payload |= {"message": shown_message(self._state, message), "message_ts": message.ts}
                payload["response_url"] = self._state.new_response_url(self.id, place.id)
        return self._courier.send("interaction", payload)

    def presses(self, where: Message | View, button: str, *, beside: str = "") -> Delivery:
        """Press the button with those words (or that action_id), or choose that entry of a "…" menu.

        ``beside`` are words of its block or of the section above, where several buttons have the same.
        """
        menu = overflow_with(where, button, beside=beside)
        if menu:
            return self._acts(where, *menu, chosen(menu[1], button))
        return self._acts(where, *found(where, button, beside=beside, button=True), None)

    def chooses(self, where: Message | View, field: str, value: Any, *, beside: str = "") -> Delivery | None:
        """Choose or type into a field that tells the app at once; None when it is one that does not.

        Fields go by label, placeholder, the text beside them, or action_id; values as ``forms.chosen`` says.
        """
        block, element = found(where, field, beside=beside)
        state = self._put(where, block, element, value)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return None
        return self._acts(where, block, element, state)

    def searches(self, where: Message | View, field: str, typed: str) -> Delivery:
        """Type into a select whose options come from the app; what it answers can be chosen afterwards."""
        block, element = found(where, field)
        assert element["type"].endswith("external_select"), f"{field!r} has its own options"
        with self._state.changed:
            payload = {"type": "block_suggestion", **self._context(where), **self._events.origin()}
            payload |= {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}

        def keep(delivery: Delivery) -> None:
            self._answers.to_search(delivery, element["action_id"])

        return self._courier.send("options", payload, then=keep)

    # ---- modals

    def fills(self, view: View, fields: dict[str, Any]) -> None:
        """Put values into the fields with those labels; the app hears of it when it is submitted."""
        for name, value in fields.items():
            self._put(view, *found(view, name), value)

    def submits(self, view: View, fields: dict[str, Any] | None = None) -> Delivery:
        """Fill in and submit the modal; ``view`` of the delivery is what is in front of them after the answer."""
        self.fills(view, fields or {})
        with self._state.changed:
            assert view is self._state.front(self.id), "only the modal in front can be submitted"
            assert view.content.get("submit"), "the modal has nothing to submit"
            empty = missing(view, self.id)
            assert not empty, f"Slack wants these filled in first: {empty}"
            view.errors = {}
            payload = self._about_view("view_submission", view)
            payload["trigger_id"] = self._state.new_trigger(self.id, view.id)
            payload["response_urls"] = []
        return self._courier.send("interaction", payload, then=lambda answered: self._answers.to_form(answered, view))

    def closes(self, view: View, *, all_of_them: bool = False) -> Delivery | None:
        """Close the modal (or with it all those below); the app hears of it where it has asked to."""
        with self._state.changing():
            payload = self._about_view("view_closed", view) | {"is_cleared": all_of_them}
            if all_of_them or view.content.get("clear_on_close"):
                self._answers.views.clear(self.id)
            else:
                self._answers.views.close(view)
        return self._courier.send("interaction", payload) if view.content.get("notify_on_close") else None

    # ---- how it is done

    def _writes(self, place: Place, text: str, thread: Message | None, files: list[File] | None = None) -> Message:
        state = self._state
        assert self.id in place.members, f"{self.user['name']} is not in {place.name}"
        assert place.kind != "im" or state.features.messages, "the app takes no direct messages"
        with state.changing():
            message = Message(state.next_ts(), place.id, self.id, text, files=files or [])
            message.subtype = "file_share" if files else None
            if self.user["is_bot"]:
                message.subtype, message.bot_id = "bot_message", self.user["profile"]["bot_id"]
            if thread:
                message.thread_ts = place.messages[thread.ts].thread_ts = thread.thread_ts or thread.ts
            place.messages[message.ts] = message
        message.deliveries = self._events.said(message)
        return message

    def _put(self, where: Message | View, block: Json, element: Json, value: Any) -> Json:
        with self._state.changing():
            state = chosen(element, value, self._answers.offered(element["action_id"]))
            where.chosen[self.id, block["block_id"], element["action_id"]] = state
            return state

    def _acts(self, where: Message | View, block: Json, element: Json, state: Json | None) -> Delivery:
        with self._state.changed:
            stamp = f"{self._state.next_ts()}"
            payload: Json = {"type": "block_actions", **self._context(where), **self._events.origin()}
            payload["trigger_id"] = self._state.new_trigger(self.id, where.id if isinstance(where, View) else None)
            payload["actions"] = [action(block, element, state, stamp)]
        return self._courier.send("interaction", payload)

    def _context(self, where: Message | View) -> Json:
        assert self._state.features.interactive, "the app is not set up for interactivity"
        common = self._common()
        if isinstance(where, View):
            assert where.open, "that view is no longer there"
            assert where.user == self.id, "that view is somebody else's"
            shown = shown_view(self._state, where, values(where, self.id))
            return {**common, "container": {"type": "view", "view_id": where.id}, "view": shown}
        assert where in self.sees(self._state.places[where.channel]), "they do not see that message"
        container = {"type": "message", "message_ts": where.ts, "channel_id": where.channel}
        container["is_ephemeral"] = where.only_for is not None  # type: ignore[assignment]
        if where.thread_ts:
            container["thread_ts"] = where.thread_ts
        place = self._state.places[where.channel]
        told = {**common, "container": container, "channel": {"id": place.id, "name": place.name}}
        told["state"] = {"values": values(where, self.id)}
        told["response_url"] = self._state.new_response_url(self.id, place.id, where.ts, where.thread_ts)
        return told if where.only_for else {**told, "message": shown_message(self._state, where)}

    def _about_view(self, kind: str, view: View) -> Json:
        shown = shown_view(self._state, view, values(view, self.id))
        return {"type": kind, **self._common(), "view": shown, **self._events.origin()}

    def _common(self) -> Json:
        return {"user": self._named(), "team": self._team(), "enterprise": None, "is_enterprise_install": False}

    def _named(self) -> Json:
        name = self.user["name"]
        return {"id": self.id, "username": name, "name": name, "team_id": self._state.team["id"]}

    def _team(self) -> Json:
        return {"id": self._state.team["id"], "domain": self._state.team["domain"]}
