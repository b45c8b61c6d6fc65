"""A mail server of the test's own: real SMTP on a free port by aiosmtpd, with scripted refusals.

Protocol: https://www.rfc-editor.org/rfc/rfc5321; STARTTLS https://www.rfc-editor.org/rfc/rfc3207.
"""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.emulators.waiting import PATIENCE

OK = "250 OK"


@dataclass(frozen=True)
class Mail:
    """A letter as it was handed in."""

    sender: str
    to: list[str]
    raw: bytes
    encrypted: bool

    @property
    def message(self) -> EmailMessage:
        """The letter, read."""
        return message_from_bytes(self.raw, policy=policy.default)  # type: ignore[return-value]

    def part(self, kind: str) -> str:
        """The text of its first part of a kind, e.g. ``text/html``."""
        found = next(part for part in self.message.walk() if part.get_content_type() == kind)
        return str(found.get_content()).replace("\r\n", "\n")


@dataclass
class MailServer:
    """What was handed in, and what goes wrong next: at a stage (connect, mail, rcpt, data) an answer, or "drop".

    ``at_address`` holds answers for single recipients that are given every time.
    """

    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    troubles: list[tuple[str, str]] = field(default_factory=list)
    at_address: dict[str, str] = field(default_factory=dict)
    connections: int = 0
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    passwords: dict[bytes, bytes] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"smtp://127.0.0.1:{self.port}"

    def trouble(self, stage: str) -> str | None:
        """What is to go wrong at a stage this time."""
        if self.troubles and self.troubles[0][0] == stage:
            return self.troubles.pop(0)[1]
        return None

    def to(self, address: str) -> list[Mail]:
        """What an address got."""
        return [mail for mail in self.mails if address in mail.to]


class _Handler:
    def __init__(self, state: MailServer) -> None:
        self._state = state

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        answer = self._answer(server, "mail")
        if answer == OK:
            envelope.mail_from = address
        return answer

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        answer = self._state.at_address.get(address) or self._answer(server, "rcpt")
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self._answer(server, "data")
        if answer == OK:
            content = envelope.content
            assert isinstance(content, bytes)
            encrypted = session.ssl is not None
            self._state.mails.append(Mail(envelope.mail_from or "", list(envelope.rcpt_tos), content, encrypted))
        return answer

    def _answer(self, server: SMTP, stage: str) -> str:
        trouble = self._state.trouble(stage)
        if trouble == "drop":
            assert server.transport is not None
            server.transport.close()
            return "421 gone"
        return trouble or OK


class _Server(SMTP):
    """One connection; it may be refused before anything is said."""

    def __init__(self, state: MailServer, **options: Any) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # passwords in the clear are what some tests are about
            super().__init__(_Handler(state), hostname="mail.test", **options)
        self._state = state

    def connection_made(self, transport: Any) -> None:
        self._state.connections += 1
        if self._state.trouble("connect") is not None:
            transport.abort()
        super().connection_made(transport)


@contextmanager
def smtp(*, certificate: Path | None = None, tls: str = "starttls", passwords: bool = False) -> Iterator[MailServer]:
    """The server, for as long as the block runs. With a certificate it encrypts: by "starttls", or "always".

    With ``passwords`` it takes letters only from those it knows.
    """
    state = MailServer()
    ready, loop = threading.Event(), asyncio.new_event_loop()
    context = _context(certificate) if certificate is not None else None
    options: dict[str, Any] = {"tls_context": context if tls == "starttls" else None}
    if passwords:
        options |= {"authenticator": _authenticator(state), "auth_required": True, "auth_require_tls": False}

    async def begin() -> asyncio.Server:
        listening = context if tls == "always" else None
        server = await loop.create_server(lambda: _Server(state, loop=loop, **options), "127.0.0.1", 0, ssl=listening)
        state.port = server.sockets[0].getsockname()[1]
        return server

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(begin())
        ready.set()
        loop.run_forever()
        server.close()
        under_way = asyncio.all_tasks(loop)
        for task in under_way:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*under_way, return_exceptions=True))
        loop.close()

    thread = threading.Thread(target=run, name="smtp", daemon=True)
    thread.start()
    assert ready.wait(PATIENCE), "the mail server did not start"
    try:
        yield state
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def make_certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, with its key in the same file; made by openssl."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=mail.test", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "30"]
    subprocess.run([*command, *names, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    certificate.write_text(certificate.read_text() + key.read_text())
    return certificate


def _context(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def _authenticator(state: MailServer) -> Any:
    def check(server: Any, session: Any, envelope: Any, mechanism: Any, given: Any) -> AuthResult:
        state.logins.append((given.login, given.password))
        return AuthResult(success=state.passwords.get(given.login) == given.password, handled=False)

    return check
