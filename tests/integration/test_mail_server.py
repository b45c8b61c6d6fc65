"""Handing letters to a real mail server: encryption, logins, connections that are kept."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.channels.email import delivery
from bot.channels.email.delivery import Delivery, ServerTrouble
from bot.channels.email.server import MailServer
from bot.letters import Gone
from tests.emulators.smtp import make_certificate, smtp


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


def a_letter(subject: str = "Hello") -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "hello@shop.example", "ann@example.com", subject
    letter.set_content("Hello")
    return letter


def hand_in(url: str, times: int = 1, to: str = "ann@example.com") -> None:
    opened = Delivery(MailServer.parse(url), "deliveries.example")
    try:
        for _ in range(times):
            opened.hand_in(a_letter(), "hello@shop.example", to)
    finally:
        opened.close()


def test_a_connection_is_kept(monkeypatch):
    with smtp() as server:
        hand_in(server.url, times=5)
        assert (len(server.mails), server.connections) == (5, 1)


def test_a_connection_that_died_meanwhile_is_made_anew(monkeypatch):
    monkeypatch.setattr(delivery, "STALE", -1.0)
    with smtp() as server:
        opened = Delivery(MailServer.parse(server.url), "deliveries.example")
        opened.hand_in(a_letter(), "hello@shop.example", "ann@example.com")
        opened._mine.smtp.sock.shutdown(2)
        opened.hand_in(a_letter(), "hello@shop.example", "ann@example.com")
        opened.close()
        assert (len(server.mails), server.connections) == (2, 2)


def test_it_encrypts_where_that_is_offered(trusted):
    with smtp(certificate=trusted) as server:
        hand_in(server.url)
    assert [mail.encrypted for mail in server.mails] == [True]


def test_it_encrypts_from_the_first_byte_where_told_to(trusted):
    with smtp(certificate=trusted, tls="always") as server:
        hand_in(server.url.replace("smtp:", "smtps:"))
    assert len(server.mails) == 1


@pytest.mark.parametrize("tls", ["starttls", "always"])
def test_a_certificate_nobody_vouches_for_is_not_believed(certificate, tls):
    with smtp(certificate=certificate, tls=tls) as server:
        url = server.url if tls == "starttls" else server.url.replace("smtp:", "smtps:")
        with pytest.raises(ServerTrouble, match="cannot be trusted"):
            hand_in(url)
        assert server.mails == []
        hand_in(f"{url}/?verify=no")
        assert len(server.mails) == 1


def test_user_and_password_are_decoded():
    with smtp(passwords=True) as server:
        server.passwords[b"us@er"] = b"p:/w%"
        hand_in(server.url.replace("://", "://us%40er:p%3A%2Fw%25@"))
    assert server.logins == [(b"us@er", b"p:/w%")]
    assert len(server.mails) == 1


def test_a_wrong_password_is_nobodys_letters_fault():
    with smtp(passwords=True) as server, pytest.raises(ServerTrouble, match="user and password") as trouble:
        hand_in(server.url.replace("://", "://me:wrong@"))
    assert not trouble.value.counted


def test_passwords_are_not_sent_in_the_clear(monkeypatch):
    monkeypatch.setattr(MailServer, "is_here", property(lambda self: False))
    with smtp(passwords=True) as server, pytest.raises(ServerTrouble, match="no encryption"):
        hand_in(server.url.replace("://", "://me:secret@"))
    assert server.logins == []


def test_a_server_in_trouble_is_left_alone_for_longer_each_time(monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(delivery.time, "monotonic", lambda: clock[0])
    with smtp() as server:
        server.troubles = [("connect", "no")] * 3
        opened = Delivery(MailServer.parse(server.url), "deliveries.example")
        pauses = []
        for _ in range(3):
            for _ in range(4):  # others of us hear of it without asking
                with pytest.raises(ServerTrouble) as trouble:
                    opened.hand_in(a_letter(), "hello@shop.example", "ann@example.com")
            pauses.append(trouble.value.seconds)
            clock[0] += trouble.value.seconds
        assert pauses == [5.0, 10.0, 20.0]
        assert server.connections == 3
        opened.hand_in(a_letter(), "hello@shop.example", "ann@example.com")
        opened.close()
        assert len(server.mails) == 1


def test_a_server_that_hangs_is_left_alone(monkeypatch):
    monkeypatch.setattr(delivery, "PATIENCE", 0.1)
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(ServerTrouble, match="cannot be reached"):
        hand_in(f"smtp://127.0.0.1:{silent.getsockname()[1]}")


def test_an_address_in_letters_the_server_does_not_know_is_gone():
    with smtp() as server:
        with pytest.raises(Gone, match="such an address"):
            hand_in(server.url, to="jürgen@example.com")
        assert server.mails == []
