"""Forms that staff open, fill in and send; in the core's threads where anything is looked up."""

from __future__ import annotations

from dataclasses import dataclass

from actions.registry import BY_NAME, REGISTRY, may_not
from bot.channels.slack.blocks import Block
from bot.channels.slack.desk import Desk
from bot.channels.slack.incoming import CHANNEL, Incoming, Json
from bot.channels.slack.modals import Filled, filled, first_field, modal, words_only
from bot.clock import now
from bot.compose import Program
from bot.forms import answered, form_behind, form_for
from bot.phrases import form_wanted
from bot.receive import Saved
from domain.moment import Role
from domain.notices import Choice


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent: taken, or with a sentence for each field that is wrong."""

    saved: Saved | None = None
    errors: dict[str, str] | None = None


class Forms:
    """What forms ask, and what comes of them."""

    def __init__(self, program: Program, desk: Desk) -> None:
        self._program, self._desk = program, desk

    def wanted(self, incoming: Incoming) -> Choice | None:
        """What a slash command wants that is better filled in; None where it is not."""
        return form_wanted(incoming.text, self._program.engine, now(), self._program.settings.zone)

    def view(self, incoming: Incoming, wish: Choice | None = None) -> Block:
        """The form that a button opens or that a command wants; else words why it is not shown."""
        program = self._program
        refusal = self._desk.refusal(incoming)
        if refusal is not None:
            return self._words(refusal)
        shown = form_for(program, wish) if wish is not None else form_behind(program, incoming.text.removeprefix("/"))
        if shown is None:
            return self._words(self._say("form_old"))
        roles = REGISTRY[BY_NAME[shown.form.command]].roles
        person = self._desk.person(incoming.user)
        if person is None or Role(person.role) not in roles:
            not_theirs = may_not(shown.form.command, roles)
            return self._words(program.words.say(not_theirs.text, not_theirs.values, None, now()))
        return modal(shown, incoming.address, self._say("close")) or self._words(self._say("too_long"))

    def loading(self) -> Block:
        """What is shown until it is known what to ask."""
        return self._words(self._say("form_loading"))

    def send(self, body: Json) -> Sent:
        """Save what was filled in, once, whoever presses how often; what is wrong with it is said at its field."""
        view = body["view"]
        try:
            form = filled(view)
            shown = form_for(self._program, form.choice)
        except (ValueError, KeyError):
            shown = None
        if shown is None:
            return Sent(errors={first_field(view): self._say("form_old")})
        wish = answered(shown.form, form.values, self._program.words)
        if isinstance(wish, Choice):
            return self._taken(body, form, wish)
        there = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        return Sent(errors={name if name in there else first_field(view): why for name, why in wish.items()})

    def _taken(self, body: Json, form: Filled, wish: Choice) -> Sent:
        user, view = body["user"], body["view"]
        incoming = Incoming(
            f"{CHANNEL}:view:{view['id']}", str(user.get("team_id", "")), user["id"], form.address, "", "button",
            form.address.place,
        )  # fmt: skip
        taken = self._desk.take(incoming, wish)
        return Sent(taken.saved) if taken.refusal is None else Sent(errors={first_field(view): taken.refusal})

    def _words(self, words: str) -> Block:
        return words_only(self._say("form"), words)

    def _say(self, name: str) -> str:
        return self._program.words.say(f"slack.{name}", {}, None, now())
