"""Photos sent on the chat page, what comes with our words, and files handed out: over HTTP, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select

import bot.receive
from actions.telling import Shown
from bot.channels.rest import as_rasa
from bot.clock import new_id, now
from bot.receive import Message
from domain.conversations import Conversation
from domain.deliveries import StoredFile
from domain.notices import Media, Said
from domain.values import Place
from storage import outbox
from storage.database import Database
from storage.inbox import InboxRow
from tests.pictures import picture, png_claiming, telling
from tests.site import Site, a_site, on_disk, rows


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Iterator[Site]:
    with a_site(database, tmp_path) as running:
        yield running


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
    with a_site(database, tmp_path, sender_rate=2) as site:
        site.http.get("/chat")
        assert [site.sends(b"no photo").status_code for _ in range(4)] == [422, 422, 429, 429]


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
