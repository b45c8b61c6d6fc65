"""Reports where they are wanted: with a picture to staff, and by e-mail, in plain text, to whom the settings name."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import structlog

from actions.perform import perform
from actions.reports import SEND, days_of, managers, told
from bot.channels.email.delivery import Delivery
from bot.channels.email.server import MailServer, read_mailbox
from bot.clock import moment, now
from bot.files import Files
from bot.letters import Gone, Later, Rejected
from bot.pictures.charts import Course, draw
from bot.settings import Settings
from bot.words import Words
from domain.commands import TellReport
from domain.kpis import Kpi, measure
from domain.moment import SYSTEM
from domain.notices import ReportMade
from domain.schedules import Report
from domain.values import plain
from storage.database import Database
from storage.jobs import JobRow
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()
KIND = SEND
#: A picture shows so many days, or weeks, before.
_DAYS, _WEEKS = 14, 8


class MailTrouble(Exception):
    """The mail server does not take it now; it is tried again."""


def send(database: Database, settings: Settings, job: JobRow) -> None:
    """Tell staff a report, and send it where it is wanted; nothing where nobody wants it. Raises MailTrouble."""
    words = Words(settings.spoken, settings.zone, settings.texts_folder, settings.url)
    zone = ZoneInfo(job.payload["zone"])
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        report = session.get(Report, job.payload["report"])
        if report is None:
            return
        depot = uow.depots.get(report.depot_id)
        made = told(report, depot, uow)
        to_staff = bool(managers(uow) if job.payload["part"] == "weekly" else uow.chats.rooms(depot.code))
        courses = courses_of(made, report, uow) if to_staff else []
    if to_staff:
        _tell(database, settings, job, picture(made, courses, words, zone, now()))
    if settings.smtp_url is not None and settings.report_to and job.payload["part"] != "morning":
        _mail(settings, letter(made, words, zone, now()), job)


def courses_of(made: ReportMade, report: Report, uow: UnitOfWork) -> list[Course]:
    """The key figures of a report, each with its values of the days, or weeks, before, as they were counted then."""
    most = _WEEKS if report.kind == "weekly" else _DAYS
    periods = [report.period]
    while len(periods) < most:
        first = days_of(report.kind, periods[-1]).before().first
        year, week, _ = first.isocalendar()
        periods.append(f"{year}-W{week:02}" if report.kind == "weekly" else first.isoformat())
    known = {each.period: each.figures for each in uow.schedules.reports(report.depot_id, report.kind, 400)}
    known[report.period] = report.figures
    oldest = max((n for n, period in enumerate(periods) if period in known), default=0)
    values = [
        {each.kpi: each.value for each in measure(known.get(period, {}))} for period in reversed(periods[: oldest + 1])
    ]
    return [Course(each.model_dump(), [then[Kpi(each.kpi)] for then in values]) for each in made.kpis]


def picture(made: ReportMade, courses: list[Course], words: Words, zone: ZoneInfo, at: datetime) -> bytes:
    """A report as a PNG."""

    def say(name: str, **facts: object) -> str:
        return words.say(name, plain(facts), None, at, zone)

    return draw(courses, made.facts(), say)


def letter(made: ReportMade, words: Words, zone: ZoneInfo, at: datetime) -> EmailMessage:
    """A report as a letter, without its addresses: what it is in the subject, the figures as its text."""
    text = words.say(made.name, made.facts(), None, at, zone)
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = " ".join(text.splitlines()[0].split())[:150]
    mail["Date"] = format_datetime(at)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{text}\n", cte="quoted-printable")
    return mail


def _tell(database: Database, settings: Settings, job: JobRow, png: bytes) -> None:
    """Keep the picture and tell the report with it. Told again after a crash it is told once, and the second picture goes."""
    files = Files(settings)
    kept = files.keep_file(png, "report.png", "image/png")
    command = TellReport(
        report=job.payload["report"], part=job.payload["part"], file=job.payload["file"], path=kept.path, size=kept.size
    )
    try:
        notices, _ = perform(database, [command], moment(SYSTEM, job.key, settings.policies))
    except BaseException:
        files.remove(kept)
        raise
    if not notices:
        files.remove(kept)


def _mail(settings: Settings, mail: EmailMessage, job: JobRow) -> None:
    assert settings.smtp_url is not None
    to, sender = read_mailbox(settings.report_to), read_mailbox(settings.email_from)
    mail["From"], mail["To"] = str(sender), str(to)
    mail["Message-ID"] = f"<{job.key.replace(':', '.')}@{sender.domain}>"
    with closing(Delivery(MailServer.parse(settings.smtp_url.get_secret_value()), sender.domain)) as delivery:
        try:
            delivery.hand_in(mail, sender.addr_spec, to.addr_spec)
        except Later as later:
            raise MailTrouble(str(later)) from later
        except (Rejected, Gone) as refused:  # it would be refused again
            log.warning("report.not_sent", report=job.payload["report"], why=str(refused))
