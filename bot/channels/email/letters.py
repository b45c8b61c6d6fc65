"""A notice as an e-mail: subject, text, the same as light HTML, and the headers mail programs go by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.email.server import mailbox, read_mailbox
from bot.letters import Letter
from bot.settings import Settings
from bot.words import Words
from storage.outbox import REPLY

TEMPLATES = Path(__file__).parents[2] / "web" / "templates"
LONGEST_SUBJECT = 150
#: More than this many bytes are not attached.
LARGEST_FILE = 10 * 1024 * 1024
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class _Whole(UnstructuredHeader, BaseHeader):
    """A header with a link in it, which no mail program would put together again once it is folded."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Whole)
_POLICY = SMTP.clone(header_factory=_HEADERS)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that comes with a letter."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Links:
    """Where a letter leads: a page (of the order, where it is about one) and the way out of further letters."""

    page: str
    of_order: bool
    stop: str


class Composer:
    """Makes e-mails of notices."""

    def __init__(self, settings: Settings, words: Words) -> None:
        self._words = words
        self._url = settings.url
        self._sender = read_mailbox(settings.email_from)
        self._reply_to = read_mailbox(settings.email_reply_to) if settings.email_reply_to else None
        self._own_link = re.compile(rf"{re.escape(self._url)}/[^\s<>\"']*[\w/=-]")
        self._page = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        ).get_template("email.html")  # fmt: skip

    @property
    def sender(self) -> str:
        """The address letters are from."""
        return self._sender.addr_spec

    @property
    def host(self) -> str:
        """The host of our public address, as message ids and greetings name it."""
        host = urlsplit(self._url).hostname or "localhost"
        return f"[{host}]" if ":" in host else host

    def compose(
        self, letter: Letter, links: Links, at: datetime, attached: Sequence[Attached] = ()
    ) -> tuple[EmailMessage, str]:
        """The letter as an e-mail, and the bare address it goes to. Raises ValueError for an address that is none."""
        to = mailbox(letter.to.address)
        language = self._words.choose(letter.to.language)
        parts = self._parts(letter, links, language, at)
        mail = EmailMessage(_POLICY)
        mail["From"], mail["To"] = self._sender, to
        mail["Subject"] = self.subject(letter, at)
        mail["Date"] = format_datetime(at)
        mail["Message-ID"] = f"<outbox-{letter.row.id}@{self.host}>"
        if self._reply_to is not None:
            mail["Reply-To"] = self._reply_to
        if letter.row.priority != REPLY:  # what a person answers is not automatic
            mail["Auto-Submitted"] = "auto-generated"
            mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
        mail["List-Unsubscribe"] = f"<{links.stop}>"  # RFC 2369
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        mail.set_content(_as_text(parts), cte="quoted-printable")
        page = self._page.render(parts, subject=str(mail["Subject"]), language=language)
        mail.add_alternative(page, subtype="html", cte="quoted-printable")
        for each in attached:
            kind, _, subtype = (guess_type(each.name)[0] or "application/octet-stream").partition("/")
            mail.add_attachment(each.data, kind, subtype, filename=_one_line(each.name)[:100])
        mail["Content-Language"] = language
        return mail, to.addr_spec

    def subject(self, letter: Letter, at: datetime) -> str:
        """One line that says what it is about, whatever is in the names it holds."""
        name = f"subject.{letter.row.name}"
        name = name if self._words.knows(name, letter.to.language) else "subject.other"
        return _one_line(self._words.say(name, letter.row.facts, letter.to.language, at))[:LONGEST_SUBJECT]

    def _parts(self, letter: Letter, links: Links, language: str, at: datetime) -> dict[str, Any]:
        """What text and HTML are filled with."""

        def say(name: str) -> str:
            return self._words.say(f"mail.{name}", {}, language, at)

        own = f"mail.{letter.row.name}"
        known = self._words.knows(own, language)
        text = _clean(self._words.say(own, letter.row.facts, language, at) if known else letter.text)
        return {
            "brand": self._sender.display_name or self._words.say("page.brand", {}, language, at),
            "text": text,
            "paragraphs": [[self._runs(line) for line in each.splitlines()] for each in re.split(r"\n{2,}", text)],
            "page": links.page,
            "open": say("open_order" if links.of_order else "open_chat"),
            "photos": [f"{self._url}/f/{each}" for each in letter.media.get("photos", ())],
            "photo": say("photo"),
            "also": say("also"),
            "choices": [_clean(title) for title, _ in letter.buttons],
            "why": say("why"),
            "reply": say("reply"),
            "stop": say("stop"),
            "stop_url": links.stop,
        }

    def _runs(self, line: str) -> list[tuple[str, bool]]:
        """A line in pieces, each with whether it is a link to our own pages. Nobody else's addresses become links."""
        pieces, end = [], 0
        for found in self._own_link.finditer(line):
            pieces += [(line[end : found.start()], False), (found[0], True)]
            end = found.end()
        return [piece for piece in [*pieces, (line[end:], False)] if piece[0]]


def _as_text(parts: dict[str, Any]) -> str:
    lines = [parts["text"], ""]
    if parts["page"] not in parts["text"]:
        lines += [f"{parts['open']}: {parts['page']}", ""]
    lines += [f"{parts['photo']}: {each}" for each in parts["photos"]]
    if parts["choices"]:
        lines += [f"{parts['also']}:", *(f"- {title}" for title in parts["choices"]), ""]
    return "\n".join([*lines, "-- ", f"{parts['why']} {parts['reply']}", f"{parts['stop']}: {parts['stop_url']}", ""])


def _one_line(text: str) -> str:
    """Fit for a header: without line breaks, also those that encoded words (RFC 2047) would be read as."""
    return " ".join(_UNPRINTABLE.sub(" ", text).replace("=?", "= ?").split())


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub(" ", text)
