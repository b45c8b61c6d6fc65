"""Says the turns of scripts to a running program over its REST channel, as Rasa's clients do, and notes what comes back."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import jwt

from tests.conversations.script import SETTLE, Script, Turn
from tests.conversations.wishes import wishes
from tests.conversations.world import DRIVERS, Cast

#: Shared by the program and whoever signs identities.
SECRET = "for conversations that nobody else can overhear"
_PATH = "/webhooks/rest/webhook"
#: So many standing answers in a row at most.
_MOST_ANSWERS = 8


class NoSuchButton(Exception):
    """A button that the script presses was not there; the words say which ones were."""


@dataclass
class Played:
    """A conversation that was had: who said what, and why it could not be had to its end."""

    transcript: list[str] = field(default_factory=list)
    broke: str | None = None


@dataclass
class Chat:
    """One speaker's chat. By the sender ``asked`` tells which slot the bot waits for, ``offered`` between which intents it
    asks whoever was not understood for sure."""

    url: str
    script: Script
    cast: Cast
    asked: Callable[[str], str | None]
    offered: Callable[[str], Sequence[str]]
    played: Played = field(default_factory=Played)
    _buttons: list[dict[str, str]] = field(default_factory=list)

    def play(self) -> Played:
        """Have the whole conversation, standing answers at its end included."""
        address = urlsplit(self.url)
        link = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
        try:
            for turn in (*self.script.turns, Turn(SETTLE)):
                self._take(link, turn)
        except NoSuchButton as trouble:
            self.played.broke = str(trouble)
        finally:
            link.close()
        return self.played

    def _take(self, link: http.client.HTTPConnection, turn: Turn) -> None:
        if turn.says != SETTLE:
            self._say(link, turn)
            return
        for _ in range(_MOST_ANSWERS):
            answer = self.script.answers.get(self.asked(self.cast.sender) or "")
            if answer is None:
                return
            self._say(link, answer)

    def _say(self, link: http.client.HTTPConnection, turn: Turn) -> None:
        self._tell(link, turn)
        wanted = [nth for nth, intent in enumerate(self.offered(self.cast.sender), 1) if intent in wishes(self.script)]
        if wanted:
            self._tell(link, Turn(press=str(wanted[0])))

    def _tell(self, link: http.client.HTTPConnection, turn: Turn) -> None:
        said = self._pressed(turn.press) if turn.press else self.cast.filled_in(turn.says)
        replies = self._sent(link, said)
        self.played.transcript += [f"> [{turn.press}]" if turn.press else f"> {said}"]
        self.played.transcript += [_shown(reply) for reply in replies]
        buttons = [button for reply in replies for button in reply.get("buttons", [])]
        self._buttons = buttons or self._buttons

    def _pressed(self, wanted: str) -> str:
        titles = [button["title"] for button in self._buttons]
        if wanted.isdecimal() and 0 < int(wanted) <= len(titles):
            return self._buttons[int(wanted) - 1]["payload"]
        words = self.cast.filled_in(wanted).casefold()
        fitting = [button["payload"] for button in self._buttons if words in button["title"].casefold()]
        if not fitting:
            raise NoSuchButton(f"no button {wanted!r} among {titles}")
        return fitting[0]

    def _sent(self, link: http.client.HTTPConnection, message: str) -> list[dict[str, Any]]:
        body: dict[str, Any] = {"sender": self.cast.sender, "message": message, "metadata": self._metadata()}
        link.request("POST", _PATH, json.dumps(body), {"Content-Type": "application/json"})
        with link.getresponse() as response:
            answer = response.read()
            assert response.status == 200, f"HTTP {response.status}: {answer.decode()}"
        return list(json.loads(answer))

    def _metadata(self) -> dict[str, str]:
        known: dict[str, str] = {} if self.script.language is None else {"language": self.script.language}
        if self.script.speaker in self.cast.customers:
            subject = f"{self.script.speaker}-{self.cast.sender.rpartition('-')[2]}"
            expires = datetime.now(UTC) + timedelta(hours=1)
            known["identity"] = jwt.encode({"sub": subject, "exp": expires}, SECRET, "HS256")
        elif self.script.speaker not in DRIVERS:
            assert self.script.speaker == "stranger"
        return known


def _shown(reply: dict[str, Any]) -> str:
    buttons = " ".join(f"[{button['title']}]" for button in reply.get("buttons", []))
    return f"< {reply['text']}" + (f"\n  {buttons}" if buttons else "")
