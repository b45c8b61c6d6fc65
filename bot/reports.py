"""Reports by e-mail, to whom the settings name; plain text, as the terminal shows it."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import structlog

from actions.reports import SEND
from bot.channels.email.delivery import Delivery
from bot.channels.email.server import MailServer, read_mailbox
from bot.clock import now
from bot.letters import Gone, Later, Rejected
from bot.settings import Settings
from bot.words import Words
from domain.schedules import Report
from storage.database import Database
from storage.jobs import JobRow

log = structlog.get_logger()
KIND = SEND


class MailTrouble(Exception):
    """The mail server does not take it now; it is tried again."""


def send(database: Database, settings: Settings, job: JobRow) -> None:
    """Send a report where it is wanted; nothing where nobody wants it. Raises MailTrouble."""
    if settings.smtp_url is None or not settings.report_to:
        return
    with database.reading() as session:
        report = session.get(Report, job.payload["report"])
    if report is None:
        return
    facts = {**job.payload, "kind": report.kind, "period": report.period, "figures": report.figures}
    to, sender = read_mailbox(settings.report_to), read_mailbox(settings.email_from)
    words = Words(settings.spoken, settings.zone, settings.texts_folder, settings.url)
    mail = letter(facts, words, ZoneInfo(job.payload["zone"]), now())
    mail["From"], mail["To"] = str(sender), str(to)
    mail["Message-ID"] = f"<{job.key.replace(':', '.')}@{sender.domain}>"
    with closing(Delivery(MailServer.parse(settings.smtp_url.get_secret_value()), sender.domain)) as delivery:
        try:
            delivery.hand_in(mail, sender.addr_spec, to.addr_spec)
        except Later as later:
            raise MailTrouble(str(later)) from later
        except (Rejected, Gone) as refused:  # it would be refused again
            log.warning("report.not_sent", report=report.id, why=str(refused))


def letter(facts: dict[str, object], words: Words, zone: ZoneInfo, at: datetime) -> EmailMessage:
    """A report as a letter, without its addresses: what it is in the subject, the figures as its text."""
    text = words.say("report.made", facts, None, at, zone)
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = " ".join(text.splitlines()[0].split())[:150]
    mail["Date"] = format_datetime(at)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{text}\n", cte="quoted-printable")
    return mail
