"""YAML as people write rules: read without what can make a small text huge, or a word something else.

Words stay words: only ``true`` and ``false`` are truth values (``NO`` is a country), only plain digits are numbers (``007`` is an
SKU), and no date is read out of anything.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

#: A policy has at most so many characters, and nothing in it lies deeper than this.
MOST_TEXT, DEEPEST = 60_000, 12


class WrongPolicy(ValueError):
    """The text is no policy; says in sentences, one a line, what is wrong and where."""


class _Loader(yaml.SafeLoader):
    """Refuses keys that come twice."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


for _tag, _pattern, _first in (
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"(?:0|-?[1-9][0-9]{0,14})$", "-0123456789"),
    ("null", r"(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise WrongPolicy(f"Line {key_node.start_mark.line + 1} has a name that is no word.")
        if key in found:
            raise WrongPolicy(
                f'"{key[:40]}" stands there twice; the second time in line {key_node.start_mark.line + 1}.'
            )
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read(text: str) -> Any:
    """What a text holds: mappings, lists, words, whole numbers, truth values. Raises WrongPolicy."""
    _check_size(text)
    try:
        _check_shape(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None)
        why = f" ({problem})" if problem else ""
        raise WrongPolicy(f"This is not YAML{where}{why}.") from error


def nodes(text: str) -> yaml.Node | None:
    """The text as nodes that know where they stand. Raises WrongPolicy."""
    read(text)
    return yaml.compose(text, Loader=_Loader)


def _check_size(text: str) -> None:
    if len(text) > MOST_TEXT:
        raise WrongPolicy(f"This is too long: a policy has at most {MOST_TEXT} characters, and this has {len(text)}.")


def _check_shape(text: str) -> None:
    """Nothing that stands for something else, and nothing too deep: both can make a program work for hours."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark is not None else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise WrongPolicy(f"Line {line} uses & or * to repeat something; write it out instead.")
        if getattr(event, "tag", None) is not None:
            raise WrongPolicy(f"Line {line} uses ! to say what kind of thing something is; leave that out.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise WrongPolicy(f"Line {line} has lists within lists that are too deep.")
