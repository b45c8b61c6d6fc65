"""E-mails in their headers and words, whatever is in the names they hold; SMS in what they take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest

from bot.channels.email.delivery import judge
from bot.channels.email.letters import Attached, Composer, Links
from bot.channels.email.server import MailServer, mailbox, read_mailbox
from bot.channels.sms.gsm import plain, segments
from bot.letters import Gone, Later, Letter, Recipient, Rejected
from bot.settings import Settings, WrongSetting, load_settings
from bot.words import Words
from domain.notices import (
    InstructionsNoted,
    OrderTracked,
    PlaceFound,
    ProblemReported,
    ProofShown,
    RatingTaken,
    WindowSharper,
)
from domain.notices.orders import OrderNotice
from storage.outbox import PROACTIVE, REPLY, OutboxRow
from tests.unit.test_words import VALUES

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
URL = "https://deliveries.example"
PAGE = Links(f"{URL}/t/{'t' * 22}", True, f"{URL}/u/{'u' * 120}")
FACTS = {"number": "RM-10482", "items": [{"name": "Kettle", "quantity": 2}], "day": "2026-05-05",
         "window": "12:00-16:00", "link": "l" * 22, "tracking": "t" * 22}  # fmt: skip
HOSTILE = [
    "Kettle\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "\"'><b>", "{{ 7 * 7 }}", "Tee\u2028kanne\x00\x1b[31m", "Kännchen 🎁 für Ännchen",
    "https://evil.example/?q=1", "x" * 5_000, "=?utf-8?q?=0ABcc:_evil?=",
    "=?utf-8?b?CkJjYzogZXZpbA==?=", "==??utf-8?q?=0ABcc:_evil?=",
]  # fmt: skip
WORDS = Words(["en"], ZoneInfo("Europe/Berlin"), None, URL)


def composer(**settings: object) -> Composer:
    given = {"smtp_url": "smtp://mail.example", "email_from": "Frisch & Schnell <hello@shop.example>", **settings}
    return Composer(Settings(public_url=URL, _env_file=None, **given), WORDS)  # type: ignore[arg-type, call-arg]


def letter(name: str = "order.confirmed", priority: int = PROACTIVE, address: str = "a@example.com", **facts) -> Letter:
    row = OutboxRow(
        id=7, conversation_id=3, kind="X", name=name, facts={**FACTS, **facts}, created_at=NOW, priority=priority
    )
    text = WORDS.say(name, row.facts, None, NOW)
    return Letter(Recipient(3, "email", address, None, 1), row, text, (("Another day", "/x"), ("<b>Cancel", "/y")))


def composed(given: Letter, *attached: Attached, **settings: object) -> EmailMessage:
    """The e-mail as a mail program reads it from the wire."""
    mail, _ = composer(**settings).compose(given, PAGE, NOW, attached)
    return message_from_bytes(mail.as_bytes(), policy=policy.default)  # type: ignore[return-value]


def part(mail: EmailMessage, kind: str) -> str:
    return str(next(each for each in mail.walk() if each.get_content_type() == kind).get_content())


HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "List-Unsubscribe",
    "List-Unsubscribe-Post", "MIME-Version", "Content-Type", "Content-Language",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_can_add_a_header_or_a_tag(name):
    given = letter(items=[{"name": name, "quantity": 1}], number=name)
    mail = composed(given)
    assert set(mail.keys()) == HEADERS
    assert mail["To"] == "a@example.com"
    assert len(mail["Subject"]) <= 150
    page = part(mail, "text/html")
    assert page.count("<script") == page.count("<img") == page.count("onerror=alert(1)>") == 0
    assert 'href="https://evil' not in page
    assert page.count("<a ") == 4
    assert "49" not in mail["Subject"].replace("12:00", "")


def test_umlauts_and_emoji_arrive():
    mail = composed(letter(items=[{"name": "Kännchen 🎁", "quantity": 1}], number="Ä-1"))
    assert mail["Subject"] == "Order Ä-1 is confirmed: Tue 5 May, 12:00–16:00"
    assert "Kännchen 🎁" in part(mail, "text/plain")
    assert "Kännchen 🎁" in part(mail, "text/html")


def test_a_long_link_is_not_folded():
    mail, _ = composer().compose(letter(), PAGE, NOW)
    assert f"\r\nList-Unsubscribe: <{PAGE.stop}>\r\n".encode() in mail.as_bytes()
    assert max(len(line) for line in mail.as_bytes().split(b"\r\n")) < 998


def test_buttons_become_links_to_the_page():
    mail = composed(letter())
    assert f'<a href="{PAGE.page}" style="color:#55625c;white-space:nowrap">Another day</a>' in part(mail, "text/html")
    assert "&lt;b&gt;Cancel" in part(mail, "text/html")
    assert "- Another day\n- <b>Cancel\n" in part(mail, "text/plain").replace("\r\n", "\n")


def test_links_to_our_pages_are_links_and_no_others():
    mail = composed(
        letter("person.said", words=f"See {URL}/t/{'t' * 22}. Not {URL}.evil.example/x, https://evil.example/y.")
    )
    page = part(mail, "text/html")
    assert f'href="{URL}/t/{"t" * 22}"' in page
    assert 'href="https://evil.example' not in page
    assert f'href="{URL}.evil' not in page


def test_an_answer_of_a_person_is_not_automatic():
    mail = composed(letter("person.said", REPLY, words="We call you."))
    assert mail["Auto-Submitted"] is None
    assert mail["Subject"] == "Our answer to you"


def test_a_notice_without_a_subject_of_its_own_has_one():
    assert composed(letter("said.goodbye"))["Subject"] == "About your delivery"


def test_answers_go_where_a_person_reads_them():
    assert (
        composed(letter(), email_reply_to="People <people@shop.example>")["Reply-To"] == "People <people@shop.example>"
    )


def test_a_file_comes_with_it():
    mail = composed(letter(), Attached("Kopie\r\nX: =?utf-8?q?=0AX:_y?=.zip", b"PK"))
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == "Kopie X: = ?utf-8?q?=0AX:_y?=.zip"
    assert "X" not in attachment.keys()  # noqa: SIM118 - these are headers
    assert attachment.get_content() == b"PK"


@pytest.mark.parametrize("url", ["http://[::1]:8000", "http://127.0.0.1:8000", "https://deliveries.example/app"])
def test_message_ids_name_our_host(url):
    settings = Settings(public_url=url, smtp_url="smtp://m", email_from="a@b.example", _env_file=None)  # type: ignore[arg-type, call-arg]
    mail, _ = Composer(settings, WORDS).compose(letter(), PAGE, NOW)
    assert mail["Message-ID"] in {"<outbox-7@[::1]>", "<outbox-7@127.0.0.1>", "<outbox-7@deliveries.example>"}


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "@example.com", "a@", "a b@example.com", "a,b@example.com", "a@example.com\r\nBcc: x@example.com",
     "a@example.com>", "=?utf-8?q?=0ABcc:_evil?=@example.com", "=?utf-8?q?=0ABcc=3A_evil?=@example.com", "a@x..example", "\ud800@example.com"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address):
    with pytest.raises(ValueError, match="address"):
        composer().compose(letter(address=address), PAGE, NOW)


def test_domains_are_written_as_servers_know_them():
    assert mailbox("maria@münchen.example").addr_spec == "maria@xn--mnchen-3ya.example"
    assert str(read_mailbox("Hübsch GmbH <a@b.example>")) == "Hübsch GmbH <a@b.example>"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 587, False)),
        ("smtps://u%40x:p%2Fw@mail.example", MailServer("mail.example", 465, True, "u@x", "p/w")),
        ("smtp://[::1]:25?verify=no", MailServer("::1", 25, False, verify=False)),
    ],
)
def test_mail_servers_are_read(url, server):
    assert MailServer.parse(url) == server
    assert "p/w" not in repr(server)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("SMTP_URL", {"smtp_url": "http://mail.example", "email_from": "a@b.example"}),
        ("SMTP_URL", {"smtp_url": "smtp://mail.example:x", "email_from": "a@b.example"}),
        ("SMTP_URL", {"smtp_url": "smtp://me@mail.example", "email_from": "a@b.example"}),
        ("SMTP_URL", {"smtp_url": "smtp://me:%C3%BC@mail.example", "email_from": "a@b.example"}),
        ("EMAIL_FROM", {"smtp_url": "smtp://mail.example"}),
        ("EMAIL_FROM", {"email_from": "nobody"}),
        ("EMAIL_REPLY_TO", {"email_reply_to": "a@b.example, c@d.example"}),
    ],
)
def test_a_wrong_setting_is_one_sentence_that_names_it(tmp_path, monkeypatch, name, values):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WrongSetting) as wrong:
        load_settings(**values)
    assert str(wrong.value).startswith(f"ROUNDSMAN_{name}: ")


@pytest.mark.parametrize(
    ("code", "words", "of_recipient", "kind"),
    [
        (550, b"5.1.1 no such user", True, Gone), (550, b"no such user", True, Gone), (551, "moved", True, Gone),
        (553, b"5.1.3 bad", True, Gone), (550, b"5.2.1 disabled", True, Gone), (550, b"5.7.1 relaying denied", True, Rejected),
        (554, b"no", True, Rejected), (550, b"spam", False, Rejected), (550, b"5.1.1 unknown", False, Gone),
        (552, b"5.2.2 full", True, Later), (450, b"4.2.0 grey", True, Later), (421, b"busy", False, Later),
        (554, b"5.6.0 bad content", False, Rejected),
    ],
)  # fmt: skip
def test_what_a_refusal_means(code, words, of_recipient, kind):
    verdict = judge(code, words, of_recipient=of_recipient)
    assert type(verdict) is kind
    assert "user" not in str(verdict)


def short_names() -> list[str]:
    return sorted(name for name in WORDS.names("en") if name.startswith("short."))


@pytest.mark.parametrize("name", short_names())
def test_short_texts_with_link_and_stop_fit_into_two_sms(name):
    text = plain(f"{WORDS.say(name, VALUES, 'en', NOW)} {PAGE.page}\n{WORDS.say('sms.stop', {}, 'en', NOW)}")
    assert segments(text) <= 2
    assert "–" not in text


#: What is told of an order only to whoever has just asked for it or done it, or shown where something else was told.
ANSWERS = {OrderTracked, PlaceFound, InstructionsNoted, ProblemReported, RatingTaken, ProofShown, WindowSharper}


def told_unasked(kind: type[OrderNotice] = OrderNotice) -> Iterator[type[OrderNotice]]:
    for each in kind.__subclasses__():
        if each.text and each not in ANSWERS:
            yield each
        yield from told_unasked(each)


@pytest.mark.parametrize("kind", sorted(set(told_unasked()), key=lambda each: each.__name__))
def test_whatever_customers_are_told_has_a_subject_and_fits_into_an_sms(kind):
    assert WORDS.knows(f"subject.{kind.text}", "en")
    assert WORDS.knows(f"short.{kind.text}", "en")


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
     ("ä" * 160, 1), ("ş" * 70, 1), ("ş" * 71, 2), ("🎁" * 35, 1), ("🎁" * 36, 2)],
)  # fmt: skip
def test_what_a_text_takes(text, count):
    assert segments(text) == count
