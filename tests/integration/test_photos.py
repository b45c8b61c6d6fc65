"""Photos from a chat to the disk and back onto a page, proofs of delivery, and how both go again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import structlog
from sqlmodel import select

import bot.receive
from actions.perform import TurnDone, perform
from bot.clock import new_id, now
from bot.fetching import MOST_ATTEMPTS, FetchTrouble
from bot.files import BadPhoto, Files
from bot.jobs import run_due_jobs
from bot.receive import Message, Receiver
from bot.sent_photos import SentPhoto
from bot.settings import Settings
from bot.tidying import tidy
from domain.commands import RecordFile, RecordProof
from domain.conversations import Conversation
from domain.deliveries import DeliveryProof, StoredFile
from domain.meaning import Meaning
from domain.moment import SYSTEM
from storage import jobs, outbox
from storage.database import Database
from storage.inbox import InboxRow
from storage.jobs import JobRow
from tests.builders import NOW, an_order, business, moment
from tests.pictures import picture, png_claiming, telling
from tests.site import Silent, on_disk, rows


class Shelf:
    """A fetcher with a file, or with troubles that come first."""

    def __init__(self, data: bytes = b"", *troubles: Exception) -> None:
        self.data, self.troubles = data, list(troubles)
        self.asked: list[str] = []

    def fetch(self, source: str) -> bytes:
        self.asked.append(source)
        if self.troubles:
            raise self.troubles.pop(0)
        return self.data


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_folder=tmp_path, _env_file=None)  # type: ignore[call-arg]


@pytest.fixture
def files(settings: Settings) -> Files:
    return Files(settings)


@pytest.fixture
def receiver(database: Database) -> Receiver:
    return Receiver(database, Silent(), ZoneInfo("Europe/Berlin"))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Meaning]:
    """What turns were taken with; they are taken all the same."""
    meanings: list[Meaning] = []
    take = bot.receive.take_turn

    def listening(database: Database, received: Any, *rest: Any) -> Any:
        meanings.append(received.meaning)
        return take(database, received, *rest)

    monkeypatch.setattr(bot.receive, "take_turn", listening)
    return meanings


def message(text: str = "", *photos: SentPhoto, **values: Any) -> Message:
    given = {"channel": "telegram", "address": "4711", "key": f"test:{new_id()}", **values}
    return Message(text=text, photos=photos, **given)


# Coming in


def test_a_photo_is_in_the_books_together_with_its_message(database, receiver, heard):
    photo = SentPhoto.there("telegram:abc")
    receiver.answer(message("", photo))
    (inbox_row,), (stored,), (job,) = rows(database, InboxRow), rows(database, StoredFile), rows(database, JobRow)
    assert inbox_row.raw["photos"] == [stored.id] == [photo.id]
    assert (stored.kind, stored.source, stored.path) == ("photo", "telegram:abc", None)
    assert stored.conversation_id == inbox_row.conversation_id
    assert (job.kind, job.key, job.payload) == ("fetch_file", f"fetch:{photo.id}", {"file": photo.id})
    assert heard[0].intents == (("share_photo", 1.0),)
    assert [(entity.kind, entity.value) for entity in heard[0].entities] == [("photo", photo.id)]


def test_the_same_message_again_has_the_same_photo(database, receiver):
    for _ in range(3):
        receiver.answer(message("", SentPhoto.there("telegram:abc"), key="telegram:1:1"))
    assert len(rows(database, StoredFile)) == len(rows(database, JobRow)) == 1


def test_words_keep_their_meaning_and_get_the_photos(database, receiver, heard):
    photos = [SentPhoto.there("telegram:a"), SentPhoto.there("telegram:b")]
    receiver.answer(message("it is broken", *photos))
    assert (heard[0].text, heard[0].intents) == ("it is broken", ())
    assert [entity.value for entity in heard[0].entities] == [each.id for each in photos]


def test_a_message_that_lost_its_turn_still_has_its_photo(database, receiver, heard, monkeypatch):
    photo = SentPhoto.there("telegram:a")
    receiver.save(message("", photo))
    monkeypatch.setattr(bot.receive, "ABANDONED", timedelta(seconds=-1))
    assert receiver.sweep() == 1
    assert [entity.value for entity in heard[0].entities] == [photo.id]


def test_a_payload_names_no_photo(database, receiver, heard):
    receiver.answer(message(f'/share_photo{{"photo": "{new_id()}", "postcode": "10115"}}'))
    assert [entity.kind for entity in heard[0].entities] == ["postcode"]


def test_a_customers_photo_is_theirs(database, receiver):
    with database.writing() as session:
        shop = business(session)
    receiver.answer(message("", SentPhoto.there("telegram:a"), customer_id=shop.customer.id))
    receiver.answer(message("", SentPhoto.there("telegram:b")))
    assert [each.customer_id for each in rows(database, StoredFile)] == [shop.customer.id] * 2


# Fetching


@pytest.fixture
def sent(database: Database, receiver: Receiver) -> str:
    """The id of a photo that is still to be fetched."""
    photo = SentPhoto.there("telegram:abc")
    receiver.answer(message("look", photo))
    return photo.id


def test_a_photo_is_fetched_and_kept(database, settings, files, sent):
    shelf = Shelf(telling((900, 600)))
    assert run_due_jobs(database, settings, shelf) == 1
    (stored,) = rows(database, StoredFile)
    assert shelf.asked == ["telegram:abc"]
    assert (stored.mime, stored.trouble) == ("image/jpeg", None)
    assert files.path_of(stored).stat().st_size == stored.size
    assert len(on_disk(settings)) == 2
    assert run_due_jobs(database, settings, shelf) == 0


def test_without_a_fetcher_the_work_waits(database, settings, sent):
    assert run_due_jobs(database, settings) == 0
    assert rows(database, JobRow)[0].attempts == 0
    assert run_due_jobs(database, settings, Shelf(picture())) == 1


def test_trouble_is_tried_again_and_then_the_customer_is_asked(database, settings, sent, monkeypatch):
    shelf = Shelf(picture(), *[FetchTrouble("no answer")] * MOST_ATTEMPTS)
    moment_now = now()
    monkeypatch.setattr("bot.jobs.now", lambda: moment_now)
    for attempt in range(MOST_ATTEMPTS):
        assert told(database, "refused.photo_lost") == []
        assert run_due_jobs(database, settings, shelf) == 1, attempt
        moment_now += timedelta(minutes=11)
    (stored,) = rows(database, StoredFile)
    assert (stored.path, stored.trouble) == (None, "photo_lost")
    assert told(database, "refused.photo_lost") == [stored.conversation_id]
    assert run_due_jobs(database, settings, shelf) == 0


def test_one_trouble_is_no_loss(database, settings, sent, monkeypatch):
    shelf = Shelf(picture(), FetchTrouble("no answer"), RuntimeError("broken"))
    moment_now = now()
    monkeypatch.setattr("bot.jobs.now", lambda: moment_now)
    for _ in range(3):
        run_due_jobs(database, settings, shelf)
        moment_now += timedelta(minutes=11)
    assert rows(database, StoredFile)[0].path is not None
    assert rows(database, JobRow)[0].done_at is not None


def test_what_broke_is_logged_without_its_words(database, settings, sent):
    with structlog.testing.capture_logs() as lines:
        run_due_jobs(database, settings, Shelf(b"", RuntimeError("no route to +4930901821")))
    (broken,) = [line for line in lines if line["event"] == "job.broken"]
    assert broken["error"] == "RuntimeError"
    assert "exc_info" not in broken
    assert "+4930901821" not in str(lines)


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"GIF89a", "photo_not_an_image"), (png_claiming(60_000, 60_000), "photo_too_many_pixels"), (picture()[:200], "photo_broken")],
)  # fmt: skip
def test_what_cannot_be_used_is_told_in_that_chat(database, settings, sent, data, reason):
    run_due_jobs(database, settings, Shelf(data))
    (stored,) = rows(database, StoredFile)
    assert (stored.path, stored.trouble) == (None, reason)
    assert told(database, f"refused.{reason}") == [stored.conversation_id]
    assert on_disk(settings) == []


def test_a_fetcher_may_know_that_it_is_of_no_use(database, settings, sent):
    run_due_jobs(database, settings, Shelf(b"", BadPhoto("photo_too_large")))
    assert rows(database, StoredFile)[0].trouble == "photo_too_large"


def test_a_photo_nobody_waits_for_any_more_does_not_stay(database, settings, sent):
    with database.writing() as session:
        file_id = session.exec(select(StoredFile)).one().id

    class Slow(Shelf):
        def fetch(self, source: str) -> bytes:
            with database.writing() as session:  # the customer is erased meanwhile
                session.delete(session.get_one(StoredFile, file_id))
            return super().fetch(source)

    assert run_due_jobs(database, settings, Slow(picture())) == 1
    assert rows(database, StoredFile) == []
    assert on_disk(settings) == []
    assert rows(database, JobRow)[0].done_at is not None


def test_an_answer_is_recorded_once(database, sent):
    first = RecordFile(file=sent, path="a.jpg", mime="image/jpeg", size=1)
    perform(database, [first, first.model_copy(update={"path": "b.jpg"})], moment())
    perform(
        database, [RecordFile(file=sent, trouble="photo_broken"), RecordFile(file=new_id(), path="c.jpg")], moment()
    )
    (stored,) = rows(database, StoredFile)
    assert (stored.path, stored.trouble) == ("a.jpg", None)
    assert told(database, "refused.photo_broken") == []


def told(database: Database, name: str) -> list[int]:
    """The conversations that were told that."""
    return [row.conversation_id for row in rows(database, outbox.OutboxRow) if row.name == name]


# Going again


def test_what_has_expired_goes_and_so_do_strangers_photos(database, files, settings, receiver):
    kept = [files.keep_photo(picture()) for _ in range(4)]
    stranger, customer = (SentPhoto.here(each) for each in kept[:2])
    with database.writing() as session:
        shop = business(session)
        order = an_order(session, shop, status="delivered")
    receiver.answer(message("", stranger, address="stranger"))
    receiver.answer(message("", customer, address="customer", customer_id=shop.customer.id))
    with database.writing() as session:
        for chat in session.exec(select(Conversation)).all():
            chat.last_at = now() - timedelta(days=31)
        for each, expires in ((kept[2], -1), (kept[3], 60)):
            session.add(
                StoredFile(
                    id=new_id(), kind="export", path=each.path, thumbnail=each.thumbnail, created_at=now(),
                    expires_at=now() + timedelta(minutes=expires),
                )
            )  # fmt: skip
        session.flush()
        expired = session.exec(select(StoredFile).where(StoredFile.path == kept[2].path)).one()
        session.add(DeliveryProof(order_number=order.number, at=NOW, photo_id=expired.id))
    tidy(database, files)
    assert {each.path for each in rows(database, StoredFile)} == {kept[1].path, kept[3].path}
    left = {name for each in (kept[1], kept[3]) for name in (each.path, each.thumbnail)}
    assert set(on_disk(settings)) == left
    assert rows(database, DeliveryProof)[0].photo_id is None
    assert [chat.customer_id for chat in rows(database, Conversation)] == [shop.customer.id]


def test_a_drivers_photo_that_proves_something_stays(database, files, settings, receiver):
    with database.writing() as session:
        order = an_order(session, business(session), status="delivered")
    photo = SentPhoto.here(files.keep_photo(picture()))
    receiver.answer(message("", photo, address="driver"))
    perform(database, [RecordProof(order=order.number, at=NOW, photo=photo.id)], moment(SYSTEM))
    with database.writing() as session:
        session.exec(select(Conversation)).one().last_at = now() - timedelta(days=31)
    tidy(database, files)
    assert rows(database, Conversation) == []
    assert files.path_of(rows(database, StoredFile)[0]) is not None


def test_jobs_of_other_kinds_are_left_to_others(database):
    with database.writing() as session:
        jobs.put(session, "a", "locate", {}, NOW)
        jobs.put(session, "b", "fetch_file", {}, NOW)
        assert jobs.any_due(session, NOW, ["export"]) is False
        assert [each.key for each in jobs.claim(session, NOW, timedelta(minutes=1), kinds=["fetch_file"])] == ["b"]
        assert [each.key for each in jobs.claim(session, NOW, timedelta(minutes=1))] == ["a"]


def test_a_turn_with_a_photo_ends_like_any_other(database, receiver):
    saved = receiver.save(message("", SentPhoto.there("telegram:a")))
    assert isinstance(receiver._turn(saved), TurnDone)
