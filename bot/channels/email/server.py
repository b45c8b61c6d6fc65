"""What settings say about e-mail: the mail server as a URL, and addresses with names."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import getaddresses
from urllib.parse import parse_qs, unquote, urlsplit

#: https://www.rfc-editor.org/rfc/rfc6409 and https://www.rfc-editor.org/rfc/rfc8314
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. ``tls`` from the first byte; otherwise STARTTLS where it is offered.

    Certificates are checked unless the URL ends with ``?verify=no``.
    """

    host: str
    port: int
    tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    verify: bool = True

    @classmethod
    def parse(cls, url: str) -> MailServer:
        """Reads ``smtp://user:password@host:587`` or ``smtps://…``. Raises ValueError with a sentence for people."""
        parts = urlsplit(url.strip())
        try:
            port = parts.port
        except ValueError:
            port = -1
        if parts.scheme not in PORTS or not parts.hostname or port == -1:
            raise ValueError("this is no mail server; write it like smtp://user:password@mail.example:587")
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password is not None else None
        if (user is None) != (password is None):
            raise ValueError("a user of the mail server needs a password, written like smtp://user:password@host")
        if not f"{user or ''}{password or ''}".isascii():  # as SASL's PLAIN and LOGIN are spoken by smtplib
            raise ValueError("user and password of the mail server may have plain letters, digits and signs only")
        verify = parse_qs(parts.query).get("verify", ["yes"])[-1] != "no"
        return cls(parts.hostname, port or PORTS[parts.scheme], parts.scheme == "smtps", user, password, verify)

    @property
    def is_here(self) -> bool:
        """Whether it runs on this very machine, so that nobody listens in between."""
        return self.host in {"localhost", "127.0.0.1", "::1"}


def read_mailbox(text: str) -> Address:
    """An address with or without a name, as settings hold it. Raises ValueError with a sentence for people."""
    try:
        ((name, address),) = getaddresses([text])
        return mailbox(address, name)
    except ValueError as error:
        raise ValueError("this is no e-mail address; write it like Deliveries <hello@shop.example>") from error


def mailbox(address: str, name: str = "") -> Address:
    """The address, its domain as mail servers know it. Raises ValueError for what can be none."""
    user, at, domain = address.strip().rpartition("@")
    if not at or not user or not domain or not _is_plain(user + domain):
        raise ValueError("no e-mail address")
    try:
        known = domain.encode("idna").decode("ascii")  # servers know münchen.example by its ASCII name
    except UnicodeError as error:
        raise ValueError("no e-mail address") from error
    return Address(display_name=name, username=user, domain=known)


def _is_plain(text: str) -> bool:
    """Whether there is nothing in it that could end a header or an SMTP line, or begin another address."""
    return "=?" not in text and all(char.isprintable() and char not in ' <>"\\,;:()[]' for char in text)
