"""Rules as pieces of a text: one is shown, changed, added or taken out, and all else stays as it was written."""

from __future__ import annotations

import textwrap
from typing import Any

import yaml

from domain.return_policy.reading import WrongPolicy, nodes, read
from domain.return_policy.rules import Policy, parse

_DASH = "- "


def rule_text(text: str, name: str) -> str:
    """A rule as it is written in a policy, without its dash. Refuses (WrongPolicy) a name no rule has."""
    number = _number(text, name)
    if not _in_lines(text):
        return _written(read(text)["rules"][number])
    start, end = _spans(text)[number]
    first, *rest = text.splitlines()[start:end]
    return textwrap.dedent("\n".join([first.replace("-", " ", 1), *rest]))


def changed_rule(text: str, name: str, rule: str) -> str:
    """The policy with another text for a rule. Raises WrongPolicy."""
    return _checked(_replaced(text, _number(text, name), rule))


def added_rule(text: str, rule: str) -> str:
    """The policy with one more rule, the last in the text. Raises WrongPolicy."""
    return _checked(_replaced(text, None, rule))


def removed_rule(text: str, name: str) -> str:
    """The policy without a rule. Raises WrongPolicy, also for the last one."""
    return _checked(_replaced(text, _number(text, name), None))


def check_rule(rule: str) -> None:
    """Raises WrongPolicy where a text is no rule."""
    parse(_whole({"rules": [_bare(rule)[1]]}))


def names(text: str) -> list[str]:
    """What its rules are called, the first to decide first."""
    return [rule.name for rule in parse(text).in_order]


def _replaced(text: str, number: int | None, rule: str | None) -> str:
    """The text with the rule of that number (a new one, where there is none) written so (left out, where there is none)."""
    given = _bare(rule) if rule is not None else None
    loaded = read(text)
    rules: list[Any] = list(loaded["rules"])
    wanted = [*rules[:number], *([given[1]] if given else []), *rules[number + 1 :]] if number is not None else [*rules, given[1] if given else None]  # fmt: skip
    if not _in_lines(text):
        return _whole({**loaded, "rules": wanted})
    lines = text.splitlines()
    spans = _spans(text)
    start, end = spans[number] if number is not None else (spans[-1][1], spans[-1][1])
    indent = " " * (len(lines[spans[0][0]]) - len(lines[spans[0][0]].lstrip()))
    new = _indented(given[0], indent) if given else []
    if number is None:
        new = ["", *new]
    made = "\n".join([*lines[:start], *new, *lines[end:]]) + "\n"
    try:
        same = read(made) == {**loaded, "rules": wanted}
    except WrongPolicy:
        same = False
    return made if same else _whole({**loaded, "rules": wanted})


def _bare(rule: str) -> tuple[str, dict[str, Any]]:
    """A rule's text without the dash it may have been copied with, and what it holds. Raises WrongPolicy."""
    said = textwrap.dedent(rule.replace("\t", "  ").replace("\r", "")).strip("\n ")
    if said.startswith(_DASH):
        said = textwrap.dedent(f"  {said[len(_DASH) :]}")
    held = read(said)
    if isinstance(held, list) and len(held) == 1:
        held = held[0]
        said = _written(held)
    if not isinstance(held, dict):
        raise WrongPolicy("A rule has a name, when it holds, what follows, and what it says.")
    return said, held


def _indented(rule: str, indent: str) -> list[str]:
    first, *rest = rule.splitlines()
    return [f"{indent}- {first}", *(f"{indent}  {line}" if line.strip() else "" for line in rest)]


def _checked(text: str) -> str:
    parse(text)
    return text


def _number(text: str, name: str) -> int:
    """Where in the text the rule of that name stands. Raises WrongPolicy."""
    rules = parse(text).rules
    found = [n for n, rule in enumerate(rules) if rule.name.casefold() == name.strip().casefold()]
    if not found:
        raise WrongPolicy(f'No rule is called "{name[:80]}".')
    return found[0]


def _rules_node(text: str) -> yaml.SequenceNode:
    root = nodes(text)
    assert isinstance(root, yaml.MappingNode)
    found = next(value for key, value in root.value if key.value == "rules")
    assert isinstance(found, yaml.SequenceNode)
    return found


def _in_lines(text: str) -> bool:
    """Whether each rule begins on a line of its own, with a dash."""
    node = _rules_node(text)
    return not node.flow_style and all(
        text.splitlines()[each.start_mark.line].lstrip().startswith(_DASH) for each in node.value
    )


def _spans(text: str) -> list[tuple[int, int]]:
    """Of each rule its first line and the one after its last; comments and empty lines between rules belong to none."""
    lines = text.splitlines()
    found = []
    for each in _rules_node(text).value:
        start, end = each.start_mark.line, _last_line(each) + 1
        while end - 1 > start and not lines[end - 1].strip():
            end -= 1
        found.append((start, end))
    return found


def _last_line(node: yaml.Node) -> int:
    if isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
        return max(_last_line(part) for pair in node.value for part in pair)
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return max(_last_line(part) for part in node.value)
    end = node.end_mark
    return end.line - 1 if end.column == 0 and end.line > node.start_mark.line else end.line


def _written(value: Any) -> str:
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120)).rstrip("\n")


def _whole(policy: dict[str, Any]) -> str:
    return _written(policy) + "\n"


def changes(before: Policy, after: Policy) -> dict[str, list[str]]:
    """Names of the rules that are new, changed and gone, in the order in which they decide."""
    was, now = ({rule.name: rule for rule in each.in_order} for each in (before, after))
    return {
        "new_rules": [name for name in now if name not in was],
        "changed_rules": [name for name in now if name in was and now[name] != was[name]],
        "gone_rules": [name for name in was if name not in now],
    }
