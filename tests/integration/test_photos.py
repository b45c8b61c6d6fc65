"""Photos from a chat to the disk and back onto a page, proofs of delivery, and how both go again."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlmodel import select

import bot.receive
from actions.perform import Shown, TurnDone, perform
from bot.channels.rest import as_rasa
from bot.clock import new_id, now
from bot.compose import Program
from bot.demo.load import load, reset
from bot.fetching import MOST_ATTEMPTS, FetchTrouble
from bot.files import BadPhoto, Files
from bot.jobs import run_due_jobs
from bot.receive import Message, Receiver
from bot.sent_photos import SentPhoto
from bot.settings import Settings
from bot.tidying import tidy
from bot.web.app import build
from domain.commands import RecordFile, RecordProof
from domain.conversations import Conversation
from domain.deliveries import DeliveryProof, StoredFile
from domain.events import Event
from domain.meaning import Audience, Meaning
from domain.moment import SYSTEM, Actor, Role
from domain.notices import Media, Said
from domain.orders import Order
from domain.refusals import NotFound, Refusal
from domain.values import Place
from storage import jobs, outbox
from storage.database import Database
from storage.inbox import InboxRow
from storage.jobs import JobRow
from storage.keys import ApiKey, hashed
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, Business, an_order, business, moment
from tests.inside import served
from tests.pictures import picture, png_claiming, telling

KEY = "rmk_test"


class Silent:
    """An engine that understands nothing."""

    def parse(self, text: str, audience: Audience, now: datetime, zone: ZoneInfo) -> Meaning:
        return Meaning(text)


class Quiet(Program):
    """The program with an engine that need not be loaded."""

    engine = Silent()  # type: ignore[assignment]


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


def rows(database: Database, kind: type[Any]) -> list[Any]:
    with database.reading() as session:
        return list(session.exec(select(kind)).all())


def on_disk(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.folder("files").iterdir())


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


# Over HTTP


class Site:
    """The whole application over HTTP, around a small business."""

    def __init__(self, program: Program, shop: Business, http: httpx.Client) -> None:
        self.program, self.shop, self.http = program, shop, http

    def sends(self, data: bytes, text: str = "", **headers: str) -> httpx.Response:
        given = {"X-Message": text, "X-Message-Id": new_id(), "Content-Type": "image/jpeg", **headers}
        return self.http.post("/chat/photos", content=data, headers=given)

    def proves(self, order: Order, **body: Any) -> httpx.Response:
        body = {"at": order.created_at.isoformat(), **body}
        return self.http.put(f"/api/v1/orders/{order.number}/proof", json=body, headers={"X-API-Key": KEY})


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Iterator[Site]:
    rates = dict.fromkeys(("api_rate", "sender_rate", "address_rate"), 10**6)
    settings = Settings(data_folder=tmp_path, _env_file=None, **rates)  # type: ignore[call-arg]
    with database.writing() as session:
        shop = business(session)
        session.add(ApiKey(name="webshop", hash=hashed(KEY), created_at=NOW))
    with ThreadPoolExecutor(1) as turns, ThreadPoolExecutor(3) as pool:
        program = Quiet(settings, database, turns, pool)
        program.load()
        with served(build(program)) as url, httpx.Client(base_url=url, timeout=60) as http:
            yield Site(program, shop, http)


def test_a_photo_of_the_page_is_kept_shown_and_handed_out(site, database):
    answer = site.sends(telling((900, 600)), "it%20is%20br%C3%B6ken")
    assert answer.status_code == 200
    (stored,) = rows(database, StoredFile)
    assert f'src="/f/{stored.id}/small"' in answer.text
    assert "it is bröken" in answer.text
    assert "line ours" in answer.text
    page = site.http.get("/chat").text
    assert f'href="/f/{stored.id}"' in page
    whole, small = site.http.get(f"/f/{stored.id}"), site.http.get(f"/f/{stored.id}/small")
    assert whole.content == site.program.files.path_of(stored).read_bytes()
    assert 0 < len(small.content) < len(whole.content)
    for each in (whole, small):
        assert each.headers["content-type"] == "image/jpeg"
        assert each.headers["content-disposition"].startswith("inline")
        assert each.headers["x-content-type-options"] == "nosniff"
        assert each.headers["cache-control"].startswith("private")
        assert "sandbox" in each.headers["content-security-policy"]
    assert site.http.head(f"/f/{stored.id}").status_code == 200


def test_another_visitor_does_not_see_the_photo(site, database):
    site.sends(picture())
    (stored,) = rows(database, StoredFile)
    with httpx.Client(base_url=site.http.base_url) as other:
        assert stored.id not in other.get("/chat").text


@pytest.mark.parametrize("file_id", ["x" * 22, "short", "..%2Fsecret.key", "x" * 22 + "/small", "", "x" * 400])
def test_unknown_files_are_not_there(site, file_id):
    assert site.http.get(f"/f/{file_id}").status_code == 404


def test_files_are_saved_and_not_opened(site, database):
    kept = site.program.files.keep_file(b"<script>alert(1)</script>", "your data.html", "text/html")
    ids = {"good": new_id(), "expired": new_id(), "waiting": new_id()}
    for name, file_id in ids.items():
        expires = {"good": now() + timedelta(hours=1), "expired": now() - timedelta(seconds=1)}.get(name)
        path = None if name == "waiting" else kept.path
        row = StoredFile(
            id=file_id, kind="export", name="your data.html", mime=kept.mime, size=kept.size, path=path,
            created_at=now(), expires_at=expires,
        )  # fmt: skip
        with database.writing() as session:
            session.add(row)
    good = site.http.get(f"/f/{ids['good']}")
    assert good.headers["content-disposition"].startswith("attachment")
    assert good.headers["content-type"].startswith("text/html")
    assert good.headers["cache-control"] == "private, max-age=0"
    assert site.http.get(f"/f/{ids['expired']}").status_code == 404
    assert site.http.get(f"/f/{ids['waiting']}").status_code == 404


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"<html>", 422, "I cannot read that file as a photo"),
        (b"", 422, "I cannot read that file as a photo"),
        (png_claiming(60_000, 60_000), 422, "more than 50 million pixels"),
        (picture()[:300], 422, "damaged or incomplete"),
        (picture() + b"\0" * (10 * 1024 * 1024), 413, "larger than 10 MB"),
    ],
    ids=["html", "nothing", "bomb", "half", "too large"],
)
def test_a_refused_photo_leaves_a_sentence_and_nothing_else(site, database, data, status, words):
    answer = site.sends(data)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert words in answer.json()["detail"]
    assert rows(database, StoredFile) == rows(database, InboxRow) == []
    assert on_disk(site.program.settings) == []


def test_a_stream_without_a_length_is_cut_off(site):
    def endless() -> Iterator[bytes]:
        for _ in range(400):
            yield b"\0" * 65_536

    try:
        status = site.http.post("/chat/photos", content=endless()).status_code
    except httpx.TransportError:  # the server answers and hangs up while we are still sending
        return
    assert status == 413


def test_other_sites_send_no_photos(site, database):
    assert site.sends(picture(), **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert rows(database, StoredFile) == []


def test_the_same_upload_again_is_kept_once(site, database):
    answers = [site.sends(picture(), **{"X-Message-Id": "the-same-message"}) for _ in range(3)]
    (stored,) = rows(database, StoredFile)
    assert [stored.id in each.text for each in answers] == [True] * 3
    assert on_disk(site.program.settings) == sorted([stored.path, stored.thumbnail])


def test_too_long_words_take_the_photo_with_them(site, database):
    site.program.receiver.save = _refusing  # headers that long do not reach us
    assert site.sends(picture(), "too long").status_code == 413
    assert on_disk(site.program.settings) == []


def _refusing(message: Message) -> Any:
    raise bot.receive.TooLong("A message may have at most 64 KB")


def test_uploads_are_counted_against_the_sender(database, tmp_path):
    settings = Settings(data_folder=tmp_path, sender_rate=2, _env_file=None)  # type: ignore[call-arg]
    with ThreadPoolExecutor(1) as turns, ThreadPoolExecutor(3) as pool:
        program = Quiet(settings, database, turns, pool)
        with served(build(program)) as url, httpx.Client(base_url=url) as http:
            http.get("/chat")
            codes = [http.post("/chat/photos", content=b"no photo").status_code for _ in range(4)]
    assert codes == [422, 422, 429, 429]


def in_chat(site: Site, media: Media) -> str:
    """The page after something was told in its chat together with ``media``."""
    site.http.post("/chat/messages", data={"message": "hello"})
    with site.program.database.writing() as session:
        chat = session.exec(select(Conversation)).one()
        notice = Said(what="welcome", media=media)
        row = {
            "conversation_id": chat.id, "kind": "Said", "name": notice.name, "facts": {}, "choices": [],
            "media": media.model_dump(mode="json", exclude_defaults=True), "state": outbox.SENT,
            "created_at": now(), "sent_at": now(), "priority": 0, "good_until": None, "about": None,
        }  # fmt: skip
        outbox.put(session, [row])
    return site.http.get("/chat").text


def test_what_comes_with_our_words_is_shown(site, database):
    kept = site.program.files.keep_photo(picture())
    photo, export = new_id(), new_id()
    with database.writing() as session:
        session.add(StoredFile(id=photo, kind="proof", mime=kept.mime, path=kept.path, created_at=now()))
        session.add(
            StoredFile(id=export, kind="export", name="data <1>.zip", size=2049, path=kept.path, created_at=now())
        )
    page = in_chat(site, Media(photos=(photo, new_id()), file=export, place=Place(52.5316, 13.3817)))
    assert f'<img src="/f/{photo}/small"' in page
    assert "A photo was here" in page
    assert f'<a href="/f/{export}" download><span><bdi>data &lt;1&gt;.zip</bdi> (3 KB)</span></a>' in page
    assert 'href="https://www.openstreetmap.org/?mlat=52.53160&amp;mlon=13.38170#map=18/52.53160/13.38170"' in page
    assert "openstreetmap" not in site.http.get("/chat").headers["content-security-policy"]


def test_a_file_that_is_gone_says_so(site):
    assert "A file was here" in in_chat(site, Media(file=new_id()))


def test_the_rest_channel_names_addresses(site):
    ids = [new_id() for _ in range(3)]
    media = Media(photos=tuple(ids[:2]), file=ids[2], place=Place(52.5, 13.25)).model_dump(mode="json")
    url = site.program.settings.url
    reply = as_rasa(site.program, "ann", Shown("said.welcome", {}, media=media), "en")
    assert (reply["image"], reply["attachment"]) == (f"{url}/f/{ids[0]}", f"{url}/f/{ids[2]}")
    assert reply["custom"] == {
        "images": [f"{url}/f/{each}" for each in ids[:2]],
        "place": {"lat": 52.5, "lon": 13.25},
    }
    plain = as_rasa(site.program, "ann", Shown("said.welcome", {}), "en")
    assert plain.keys() == {"recipient_id", "text"}


# Proofs


@pytest.fixture
def order_in(site: Site) -> Callable[[str], Order]:
    def made(status: str) -> Order:
        with site.program.database.writing() as session:
            return an_order(session, site.shop, status=status)

    return made


def test_a_proof_is_recorded_read_and_replaced(site, database, order_in):
    order = order_in("delivered")
    at = (order.created_at + timedelta(hours=30)).isoformat().replace("+00:00", "Z")
    photo = base64.b64encode(telling((900, 600))).decode()
    answer = site.proves(order, at=at, name=" Kaya ", place={"lat": 52.53, "lon": 13.38}, photo=photo)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["at"], shown["name"], shown["place"]) == (at, "Kaya", {"lat": 52.53, "lon": 13.38})
    assert site.http.get(f"/api/v1/orders/{order.number}/proof", headers={"X-API-Key": KEY}).json() == shown
    first = shown["photo_url"].removeprefix(site.program.settings.url)
    assert site.http.get(first).headers["content-type"] == "image/jpeg"
    again = site.proves(order, photo=photo).json()
    assert (again["name"], again["place"]) == (None, None)
    assert again["photo_url"] != shown["photo_url"]
    assert site.http.get(first).status_code == 404
    assert site.proves(order).json()["photo_url"] is None
    tidy(database, site.program.files)
    assert rows(database, StoredFile) == on_disk(site.program.settings) == []
    (proof,) = rows(database, DeliveryProof)
    assert proof.at == order.created_at
    noted = [each.detail for each in rows(database, Event) if each.change == "proof"]
    assert [each["photo"] for each in noted] == [True, True, False]


@pytest.mark.parametrize("status", ["partially_delivered", "failed"])
def test_attempts_have_proofs_too(site, order_in, status):
    assert site.proves(order_in(status)).status_code == 200


@pytest.mark.parametrize("status", ["created", "allocated", "out_for_delivery", "cancelled"])
def test_nobody_was_at_the_door_yet(site, database, order_in, status):
    answer = site.proves(order_in(status), photo=base64.b64encode(picture()).decode())
    assert (answer.status_code, answer.json()["reason"]) == (409, "no_proof_yet")
    assert rows(database, StoredFile) == rows(database, DeliveryProof) == on_disk(site.program.settings) == []


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"photo": "no base64!"}, "photo", "base64"),
        ({"photo": base64.b64encode(b"<svg/>").decode()}, "photo", "cannot read that file"),
        ({"photo": base64.b64encode(picture() + b"\0" * (10 * 1024 * 1024)).decode()}, "photo", "larger than 10 MB"),
        ({"at": "2026-05-08T13:24:00"}, "at", "time"),
        ({"at": "2999-01-01T00:00:00Z"}, "at", "between"),
        ({"at": "2020-01-01T00:00:00Z"}, "at", "between"),
        ({"place": {"lat": 99, "lon": 1}}, "place", "no place on earth"),
        ({"name": "  "}, "name", "is empty"),
        ({"signature": "x"}, "signature", "is not known here"),
    ],
)
def test_a_wrong_proof_names_the_field(site, database, order_in, body, field, words):
    answer = site.proves(order_in("delivered"), **body)
    problem = answer.json()
    assert answer.status_code in {413, 422}
    assert problem["errors"][0]["field"] == field
    assert words in problem["detail"]
    assert rows(database, DeliveryProof) == on_disk(site.program.settings) == []


def test_a_body_with_a_photo_may_be_larger_but_not_any_size(site, order_in):
    order = order_in("delivered")
    photo = base64.b64encode(picture() + b"\0" * 9_000_000).decode()
    assert len(photo) > 5 * 1024 * 1024
    assert site.proves(order, photo=photo).status_code == 200
    answer = site.proves(order, photo="A" * (15 * 1024 * 1024))
    assert (answer.status_code, "15 MB" in answer.json()["detail"]) == (413, True)


def test_what_has_no_proof_is_not_there(site, order_in):
    for number in (order_in("delivered").number, "RM-99999"):
        answer = site.http.get(f"/api/v1/orders/{number}/proof", headers={"X-API-Key": KEY})
        assert answer.status_code == 404
    assert site.http.put("/api/v1/orders/RM-99999/proof", json={"at": "2026-05-08T13:24:00Z"}).status_code == 401


def test_a_photo_of_another_order_proves_nothing(database, files):
    with database.writing() as session:
        shop = business(session)
        mine, other = an_order(session, shop, status="delivered"), an_order(session, shop, status="delivered")
        photo = StoredFile(id=new_id(), kind="proof", path="a.jpg", order_number=other.number, created_at=NOW)
        session.add(photo)
    for file_id in (photo.id, new_id()):
        with pytest.raises(NotFound, match="no_such_photo"):
            perform(database, [RecordProof(order=mine.number, at=NOW, photo=file_id)], moment(SYSTEM))
    with pytest.raises(Refusal, match="not_your_role"):
        perform(database, [RecordProof(order=mine.number, at=NOW)], moment(Actor(Role.CUSTOMER, shop.customer.id)))


def test_the_unit_of_work_knows_the_proof(database):
    with database.writing() as session:
        order = an_order(session, business(session), status="delivered")
    place = Place(52.5, 13.4)
    _, proof = perform(
        database, [RecordProof(order=order.number, at=NOW, name="Kaya", place=place)], moment(SYSTEM),
        lambda uow: uow.orders.proof(order),
    )  # fmt: skip
    assert (proof.name, proof.at, proof.place) == ("Kaya", NOW, place)


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


# The demo


def test_the_demo_has_proofs_and_photos_of_the_latest(database, files, settings):
    load(database, now(), 80, files=files)
    with database.reading() as session:
        uow = UnitOfWork(session, SYSTEM)
        proofs = {each.order_number: each for each in rows(database, DeliveryProof)}
        orders = session.exec(select(Order)).all()
        assert {each.number for each in orders if each.status in {"delivered", "partially_delivered", "failed"}} == set(
            proofs
        )
        for order in orders:
            if order.number in proofs:
                proof = proofs[order.number]
                assert proof.at == uow.orders.last_event(order, order.status).at
                assert proof.place.metres_to(order.place) < 60
                assert (proof.name is None) == (order.status == "failed")
    names = [each.name or "" for each in proofs.values()]
    assert any(name.startswith("neighbour, ") for name in names)
    stored = rows(database, StoredFile)
    assert len(stored) == 24
    assert all(files.path_of(each) and files.path_of(each, small=True) for each in stored)
    latest = sorted(proofs.values(), key=lambda each: each.at)[-24:]
    assert {each.photo_id for each in latest} == {each.id for each in stored}
    reset(database, now(), 80, files=files)
    assert len(on_disk(settings)) == 48
    assert {each.id for each in stored}.isdisjoint(each.id for each in rows(database, StoredFile))


def test_the_demo_loads_without_a_folder(database):
    load(database, now(), 40)
    assert rows(database, StoredFile) == []
    assert all(each.photo_id is None for each in rows(database, DeliveryProof))


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
