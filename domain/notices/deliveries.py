"""Notices about photos."""

from __future__ import annotations

from domain.notices.base import Notice


class PhotoUnusable(Notice):
    """A photo that came in a chat cannot be used; the words are those of the refusal that ``reason`` names."""

    text = "refused.photo_lost"

    reason: str

    @property
    def name(self) -> str:
        return f"refused.{self.reason}"
