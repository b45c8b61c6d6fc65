"""Spanish: the forms of values in lower-case text without accents ("manana"), so that accents may be left out."""

from __future__ import annotations

from nlu.rules.spanish.finding import find

__all__ = ["find"]
