"""views.*, and the modals in front of each user. Rules: https://docs.slack.dev/reference/methods/views.open and its kin."""

from __future__ import annotations

import copy
from typing import Any

from tests.emulators.slack.blocks import faults_of_view
from tests.emulators.slack.records import Json, Refusal, View
from tests.emulators.slack.shown import identified, shown_view
from tests.emulators.slack.state import TRIGGER_SECONDS, State, Trigger

_DEEPEST = 3


class Views:
    """Modals and homes."""

    def __init__(self, state: State) -> None:
        self._state = state

    def open(self, arguments: Json) -> Json:
        """views.open."""
        content = self._checked(arguments, "modal")
        trigger = self._trigger(arguments)
        self.clear(trigger.user)
        return self._told(self._in_front(trigger.user, content))

    def push(self, arguments: Json) -> Json:
        """views.push."""
        content = self._checked(arguments, "modal")
        trigger = self._trigger(arguments)
        if not self._state.stacks.get(trigger.user):
            raise Refusal("not_found")
        return self._told(self.pushed(trigger.user, content))

    def pushed(self, user: str, content: Json) -> View:
        """A modal on top of the others; refuses: push_limit_reached."""
        if len(self._state.stacks[user]) >= _DEEPEST:
            raise Refusal("push_limit_reached")
        return self._in_front(user, content)

    def update(self, arguments: Json) -> Json:
        """views.update."""
        content = self._checked(arguments, None, beside=arguments.get("view_id"))
        view = self._found(arguments)
        if not view.open:
            raise Refusal("not_found")
        if arguments.get("hash") and arguments["hash"] != view.hash:
            raise Refusal("hash_conflict", view=shown_view(self._state, view))
        if content["type"] != view.content["type"]:
            raise Refusal.with_messages("invalid_arguments", ["view type cannot be changed [json-pointer:/view/type]"])
        self.replaced(view, content)
        return self._told(view)

    def publish(self, arguments: Json) -> Json:
        """views.publish."""
        content = self._checked(arguments, "home")
        if not self._state.features.home:
            raise Refusal("not_enabled")
        user = arguments.get("user_id")
        if user not in self._state.users:
            raise Refusal("user_not_found" if user else "invalid_arguments")
        view = self._state.homes.get(user)
        if view is None:
            view = self._state.homes[user] = self._new(user, content, None)
            view.root = view.id
            return self._told(view)
        if arguments.get("hash") and arguments["hash"] != view.hash:
            raise Refusal("hash_conflict")
        self.replaced(view, content)
        return self._told(view)

    def replaced(self, view: View, content: Json) -> None:
        """Other content in the same view; what was typed into inputs that stay, stays."""
        view.versions.append(view.content)
        kept = {block.get("block_id") for block in content["blocks"]}
        view.chosen = {key: state for key, state in view.chosen.items() if key[1] in kept}
        view.content = _copied(self._state, content)
        view.hash = self._hash()
        view.errors = {}

    def clear(self, user: str) -> None:
        """No modal in front of that user any more."""
        for view in self._state.stacks.pop(user, []):
            self._state.views[view].open = False

    def close(self, view: View) -> None:
        """That modal and those above it away."""
        stack = self._state.stacks.get(view.user, [])
        if view.id in stack:
            place = stack.index(view.id)
            for above in stack[place:]:
                self._state.views[above].open = False
            del stack[place:]

    def checked(self, content: Any, beside: object = None) -> Json:
        """The view that was sent as a modal; refuses what Slack would."""
        return self._checked({"view": content}, "modal", beside)

    def _checked(self, arguments: Json, kind: str | None, beside: object = None) -> Json:
        content = arguments.get("view")
        if content is None:
            raise Refusal.with_messages("invalid_arguments", ["missing required field: view"])
        faults = faults_of_view(content)
        if faults == ["view_too_large"]:
            raise Refusal("view_too_large")
        if not faults and kind and content["type"] != kind:
            faults = [f"must be of type {kind} [json-pointer:/view/type]"]
        if faults:
            raise Refusal.with_messages("invalid_arguments", faults)
        external = content.get("external_id")
        taken = (one for one in self._open_views() if external and one.content.get("external_id") == external)
        if any(one.id != beside and arguments.get("external_id") != external for one in taken):
            raise Refusal("duplicate_external_id")
        checked: Json = content
        return checked

    def _open_views(self) -> list[View]:
        return [one for one in [*self._state.views.values(), *self._state.homes.values()] if one.open]

    def _trigger(self, arguments: Json) -> Trigger:
        trigger = self._state.triggers.get(str(arguments.get("trigger_id")))
        if trigger is None:
            raise Refusal("invalid_trigger_id" if arguments.get("trigger_id") else "invalid_arguments")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if self._state.clock() - trigger.made > TRIGGER_SECONDS:
            raise Refusal("expired_trigger_id")
        trigger.used = True
        return trigger

    def _found(self, arguments: Json) -> View:
        views = self._open_views()
        external = arguments.get("external_id")
        if arguments.get("view_id"):
            found = next((one for one in views if one.id == arguments["view_id"]), None)
        else:
            found = next((one for one in views if external and one.content.get("external_id") == external), None)
        if found is None:
            raise Refusal("not_found")
        return found

    def _in_front(self, user: str, content: Json) -> View:
        stack = self._state.stacks.setdefault(user, [])
        view = self._new(user, content, stack[-1] if stack else None)
        view.root = stack[0] if stack else view.id
        stack.append(view.id)
        return view

    def _new(self, user: str, content: Json, previous: str | None) -> View:
        identifier = self._state.identifier("V")
        view = View(identifier, user, _copied(self._state, content), self._hash(), identifier, previous)
        if content["type"] == "modal":
            self._state.views[view.id] = view
        return view

    def _hash(self) -> str:
        return f"{self._state.next_ts().partition('.')[0]}.{self._state.number():08x}"

    def _told(self, view: View) -> Json:
        return {"view": shown_view(self._state, view)}


def _copied(state: State, content: Json) -> Json:
    copied: Json = copy.deepcopy(content)
    copied["blocks"] = identified(state, copied["blocks"])
    return copied
