"""Entities that have a form, found by regular expressions in normalised, lower-case text."""

from __future__ import annotations

from nlu.rules.finding import find
from nlu.rules.search import Found

__all__ = ["Found", "find"]
