"""Handing letters to the mail server, and what its answers mean. Blocking; used by several threads."""

from __future__ import annotations

import re
import smtplib
import ssl
import threading
import time
from contextlib import suppress
from email.message import EmailMessage

import structlog

from bot.channels.email.server import MailServer
from bot.letters import Gone, Later, Rejected

log = structlog.get_logger()

#: Seconds to wait for the server, each time it has something to say.
PATIENCE = 20.0
#: A connection that was silent for so many seconds is asked whether it still lives before it is used.
STALE = 5.0
#: Seconds until the server is tried again after it could not be used, doubling while that goes on.
SHORTEST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
#: Seconds until a letter is tried again that the server would not take just now; greylisting wants a minute at least.
NOT_NOW = 60.0
#: Answers to a recipient that say there is nobody: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3
_NOBODY = frozenset({550, 551, 553})
#: The same in enhanced codes (bad address, mailbox disabled): https://www.rfc-editor.org/rfc/rfc3463
_NOBODY_ENHANCED = re.compile(r"5\.(?:1\.\d+|2\.1)\b")
_ENHANCED = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\b")
#: "Mailbox full" and "too many recipients" are permanent by their number only.
_FULL = 552


class ServerTrouble(Later):
    """The server cannot be used at all, whoever the letter is for."""

    def __init__(self, seconds: float, why: str) -> None:
        super().__init__(seconds, why, counted=False)


class Delivery:
    """One mail server, with a kept connection for every thread that sends."""

    def __init__(self, server: MailServer, name: str) -> None:
        """``name`` is what we call ourselves to the server."""
        self._server = server
        self._name = name
        self._mine = threading.local()
        self._open: set[smtplib.SMTP] = set()
        self._lock = threading.Lock()
        self._resting_until, self._pause = 0.0, SHORTEST_PAUSE
        self._tls = ssl.create_default_context()
        if not server.verify:
            self._tls.check_hostname, self._tls.verify_mode = False, ssl.CERT_NONE

    def hand_in(self, letter: EmailMessage, sender: str, to: str) -> None:
        """Give a letter to the server. Raises Later, Rejected or Gone."""
        smtp = self._connection()
        try:
            smtp.send_message(letter, sender, [to])
        except smtplib.SMTPRecipientsRefused as refused:
            code, words = next(iter(refused.recipients.values()))
            self._drop_if_closed(smtp)
            raise judge(code, words, of_recipient=True) from refused
        except smtplib.SMTPSenderRefused as refused:
            self._drop_if_closed(smtp)
            if refused.smtp_code < 500 or refused.smtp_code == _FULL:
                raise judge(refused.smtp_code, refused.smtp_error, of_recipient=False) from refused
            raise ServerTrouble(self._pause, self._rest(refused)) from refused  # it takes nobody's letters from us
        except smtplib.SMTPResponseException as refused:
            self._drop_if_closed(smtp)
            raise judge(refused.smtp_code, refused.smtp_error, of_recipient=False) from refused
        except smtplib.SMTPNotSupportedError as impossible:
            raise Gone("the mail server cannot write to such an address") from impossible
        except (OSError, smtplib.SMTPException) as error:
            self._drop(smtp)
            if isinstance(error, TimeoutError):  # it takes nobody's letters, and every try costs our patience
                self._rest(error)
            raise Later(SHORTEST_PAUSE, f"the mail server broke off ({type(error).__name__})") from error
        self._mine.used = time.monotonic()

    def close(self) -> None:
        """Say goodbye on every connection; nobody sends any more."""
        with self._lock:
            connections, self._open = self._open, set()
        for smtp in connections:
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()

    def _connection(self) -> smtplib.SMTP:
        """This thread's connection, a new one where it has none that lives. Raises ServerTrouble."""
        smtp: smtplib.SMTP | None = getattr(self._mine, "smtp", None)
        if smtp is not None and time.monotonic() - self._mine.used > STALE and not _answers(smtp):
            self._drop(smtp)
            smtp = None
        if smtp is None:
            smtp = self._mine.smtp = self._connect()
            self._mine.used = time.monotonic()
            with self._lock:
                self._open.add(smtp)
        return smtp

    def _connect(self) -> smtplib.SMTP:
        """A new connection, ready for letters. While the server is in trouble it is left alone."""
        with self._lock:
            rest = self._resting_until - time.monotonic()
        if rest > 0:
            raise ServerTrouble(rest, "the mail server could not be used a moment ago")
        try:
            smtp = self._greet()
        except (OSError, smtplib.SMTPException) as error:
            why = self._rest(error)
            raise ServerTrouble(self._pause, why) from error
        with self._lock:
            self._resting_until, self._pause = 0.0, SHORTEST_PAUSE
        return smtp

    def _greet(self) -> smtplib.SMTP:
        server = self._server
        if server.tls:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, self._name, timeout=PATIENCE, context=self._tls
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, self._name, timeout=PATIENCE)
        try:
            smtp.ehlo_or_helo_if_needed()
            if not server.tls and smtp.has_extn("starttls"):
                smtp.starttls(context=self._tls)
                smtp.ehlo()
            elif server.user is not None and not server.tls and not server.is_here:
                raise smtplib.SMTPNotSupportedError("no encryption")
            if server.user is not None:
                smtp.login(server.user, server.password or "")
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _rest(self, error: Exception) -> str:
        """Leave the server alone for a while, longer each time; why."""
        why = _trouble(error)
        with self._lock:
            now = time.monotonic()
            if now >= self._resting_until:  # others of us may have noticed at the same time
                if self._resting_until:
                    self._pause = min(LONGEST_PAUSE, self._pause * 2)
                self._resting_until = now + self._pause
        log.warning("email.server_unusable", why=why, seconds=self._pause)
        return why

    def _drop_if_closed(self, smtp: smtplib.SMTP) -> None:
        if smtp.sock is None:
            self._drop(smtp)

    def _drop(self, smtp: smtplib.SMTP) -> None:
        self._mine.smtp = None
        with self._lock:
            self._open.discard(smtp)
        smtp.close()


def judge(code: int, words: bytes | str, *, of_recipient: bool) -> Exception:
    """What a refusal means for the letter, or for its recipient when that is what was refused.

    The server's words are left out of it: they may hold the address.
    """
    told = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    enhanced = _ENHANCED.match(told.strip())
    why = f"the mail server answered {code}{f' {enhanced[1]}' if enhanced else ''}"
    if code < 500 or code == _FULL:
        return Later(NOT_NOW if code != 421 else SHORTEST_PAUSE, why)
    nobody = _NOBODY_ENHANCED.match(enhanced[1]) is not None if enhanced else of_recipient and code in _NOBODY
    return Gone(why) if nobody else Rejected(why)


def _answers(smtp: smtplib.SMTP) -> bool:
    try:
        return smtp.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _trouble(error: Exception) -> str:
    """What is wrong with the server, without names or words of others."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"the mail server does not take our user and password ({error.smtp_code})"
        case smtplib.SMTPNotSupportedError():
            return "the mail server offers no encryption or no login, and passwords are not sent in the clear"
        case ssl.SSLError():
            return "the mail server's certificate or encryption cannot be trusted"
        case smtplib.SMTPSenderRefused():
            return f"the mail server does not take our sender's address ({error.smtp_code})"
        case smtplib.SMTPResponseException():
            return f"the mail server answered {error.smtp_code} to our greeting"
        case _:
            return f"the mail server cannot be reached ({type(error).__name__})"
