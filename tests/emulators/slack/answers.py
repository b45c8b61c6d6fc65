"""What the app's answers to commands, submissions and searches do in front of the person who waited for them."""

from __future__ import annotations

from typing import Any

from tests.emulators.slack.chats import Chats
from tests.emulators.slack.elements import SELECT_OPTION
from tests.emulators.slack.records import Delivery, Json, Refusal, View
from tests.emulators.slack.shapes import Faults, items
from tests.emulators.slack.state import State
from tests.emulators.slack.views import Views


class Answers:
    """Called with the lock held; what Slack would not take of an answer becomes the delivery's ``error``."""

    def __init__(self, state: State) -> None:
        self.views = Views(state)
        self._state = state
        self._chats = Chats(state)

    def to_command(self, delivery: Delivery) -> None:
        """Words or a message in the acknowledgement of a slash command are posted, for that person unless it says so."""
        if delivery.error or not delivery.answer:
            return
        answer = {"text": delivery.answer} if isinstance(delivery.answer, str) else delivery.answer
        key = delivery.payload["response_url"].rpartition("/")[2]
        delivery.error = self._chats.respond(key, answer) or ""

    def to_form(self, delivery: Delivery, view: View) -> None:
        """Errors, another view, one on top, all away, or by default this one closed."""
        if not delivery.error:
            try:
                self._responded(delivery.answer or {}, view)
            except Refusal as refusal:
                messages = refusal.more.get("response_metadata", {}).get("messages", [])
                delivery.error = " ".join([refusal.error, *messages])
        delivery.view = self._state.front(view.user)

    def to_search(self, delivery: Delivery, action_id: str) -> None:
        """The options (or groups of them) that were found."""
        answer = delivery.answer if isinstance(delivery.answer, dict) else {}
        groups = answer.get("option_groups") or [{"options": answer.get("options")}]
        faults = Faults()
        for group in groups:
            items(SELECT_OPTION, 100, least=0)(group.get("options"), "/options", faults)
        if not delivery.error and faults.found:
            delivery.error = " ".join(faults.found)
        if not delivery.error:
            self._state.offered[action_id] = [one for group in groups for one in group["options"]]

    def offered(self, action_id: str) -> list[Json]:
        """The options that the last search in that field has found."""
        return self._state.offered.get(action_id, [])

    def _responded(self, answer: Any, view: View) -> None:
        response = answer.get("response_action") if isinstance(answer, dict) else "unreadable"
        if response is None:
            self.views.close(view)
        elif response == "clear":
            self.views.clear(view.user)
        elif response == "errors":
            view.errors = _checked_errors(answer.get("errors"), view)
        elif response == "update":
            self.views.replaced(view, self.views.checked(answer.get("view"), beside=view.id))
        elif response == "push":
            self.views.pushed(view.user, self.views.checked(answer.get("view")))
        else:
            raise Refusal("invalid_response_action")


def _checked_errors(errors: Any, view: View) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise Refusal("invalid_errors")
    unknown = errors.keys() - inputs
    if unknown:
        raise Refusal(f"invalid_errors: no input block {', '.join(sorted(unknown))}")
    return {name: str(words) for name, words in errors.items()}
