"""Hearing: what a speech engine must do, so that voice messages can be taken for what is said in them.

None comes with Roundsman: a program that has one puts it in `bot.compose.Program.ear`.
"""

from __future__ import annotations

from typing import Protocol


class Ear(Protocol):
    """Understands speech. Blocks; called from several threads."""

    def words(self, sound: bytes, mime: str, language: str | None) -> str | None:
        """What is said in a recording, in a language (a BCP 47 tag) where that is known; None when nobody can tell.

        Raises nothing: what goes wrong is nothing that was understood.
        """
        ...
