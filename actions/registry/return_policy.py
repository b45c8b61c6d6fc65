"""The rules of returns: told, tried and changed."""

from __future__ import annotations

from actions.registry.row import CHAT, OFFICE, OUTSIDE, SYSTEM, Registered, intent
from actions.returns import answering
from actions.returns import policy as return_policy
from domain import commands as c
from domain.commands import Command
from domain.moment import DECIDING

#: Who answers for the rules of returns.
POLICY = DECIDING | SYSTEM

ROWS: dict[type[Command], Registered] = {
    c.AskReturnPolicy: Registered(
        answering.ask_return_policy, CHAT | OUTSIDE, intent("return_policy"), reads_only=True,
        resolve={"product": answering.about_product, "order": answering.about_order},
    ),
    c.ShowReturnPolicy: Registered(
        return_policy.show_return_policy, OFFICE, intent("show_return_policy"), reads_only=True
    ),
    c.ShowReturnRule: Registered(
        return_policy.show_return_rule, OFFICE, intent("show_return_rule"), reads_only=True,
        resolve={"rule": return_policy.which_rule},
    ),
    c.DraftReturnPolicy: Registered(
        return_policy.draft_return_policy, POLICY, intent("draft_return_policy"), form=True,
        prefill=return_policy.known_text,
    ),
    c.EditReturnRule: Registered(
        return_policy.edit_return_rule, POLICY, intent("edit_return_rule"), form=True, prefill=return_policy.known_rule,
        resolve={"rule": return_policy.which_rule},
    ),
    c.AddReturnRule: Registered(return_policy.add_return_rule, POLICY, intent("create_return_rule"), form=True),
    c.RemoveReturnRule: Registered(
        return_policy.remove_return_rule, POLICY, intent("delete_return_rule"), resolve={"rule": return_policy.which_rule}
    ),
    c.TryReturnPolicy: Registered(
        return_policy.try_return_policy, POLICY, intent("try_return_policy"), reads_only=True,
        resolve={"version": return_policy.which_draft},
    ),
    c.ActivateReturnPolicy: Registered(
        return_policy.activate_return_policy, POLICY, intent("activate_return_policy"),
        confirm=return_policy.describe_activating, resolve={"version": return_policy.which_draft},
    ),
    c.DiscardReturnPolicy: Registered(
        return_policy.discard_return_policy, POLICY, intent("drop_return_policy"),
        resolve={"version": return_policy.which_draft},
    ),
    c.InstallReturnPolicy: Registered(return_policy.install_return_policy, SYSTEM),
}  # fmt: skip
