"""Photos on the chat page in a real browser against the real program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect
from sqlmodel import select

from domain.deliveries import StoredFile
from storage.inbox import InboxRow
from tests.e2e.browsing import PHONE, ChatPage, Demo, Visitor
from tests.pictures import picture, telling

Visitors = Callable[..., Visitor]
#: How wide the pixels of a shown photo are; 0 while or when it cannot be shown.
_SHOWN = "image => image.complete ? image.naturalWidth : 0"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "parcel.jpg"
    path.write_bytes(telling((900, 600)))
    return path


def attaches(page: ChatPage, path: Path) -> None:
    """Pick a file as a person does, by the button."""
    with page.page.expect_file_chooser() as choosing:
        page.page.get_by_role("button", name="Attach a photo").click()
    choosing.value.set_files(path)
    expect(page.page.get_by_role("group", name="Photo to send")).to_be_visible()


def sends(page: ChatPage, text: str = "") -> None:
    page.field.fill(text)
    page.page.get_by_role("button", name="Send", exact=True).click()


def photos(page: ChatPage) -> Locator:
    return page.page.get_by_role("img", name="Photo you sent")


def is_shown(image: Locator) -> bool:
    expect(image).to_be_visible()
    image.evaluate("image => image.decode()")
    return int(image.evaluate(_SHOWN)) > 0


def kept(server: Demo) -> set[str]:
    with server.database.reading() as session:
        return set(session.scalars(select(StoredFile.id)))


def test_a_photo_with_words_is_sent_seen_and_still_there_after_a_reload(server: Demo, visitor: Visitors, photo: Path):
    before = kept(server)
    page = visitor().opens("/chat")
    attaches(page, photo)
    preview = page.page.locator("#staged canvas")
    expect(preview).to_be_visible()
    assert preview.evaluate("canvas => canvas.width") == 480
    sends(page, "the box is broken")
    expect(page.page.get_by_role("group", name="Photo to send")).to_be_hidden()
    expect(page.page.locator(".line.ours")).to_have_count(1)
    for _ in range(2):
        expect(photos(page)).to_have_count(1)
        assert is_shown(photos(page))
        assert page.bubbles()[0] == "You:\nthe box is broken"
        page.page.reload()
    (new,) = kept(server) - before
    with server.database.reading() as session:
        said = session.scalars(select(InboxRow).where(InboxRow.text == "the box is broken")).all()
        assert [new] in [row.raw.get("photos") for row in said]
    with page.page.context.expect_page() as opening:
        photos(page).click()
    assert opening.value.url == f"{server.url}/f/{new}"
    assert opening.value.evaluate("() => document.images[0].naturalWidth") == 900


def test_a_photo_alone_is_a_message(visitor: Visitors, photo: Path):
    page = visitor().opens("/chat")
    attaches(page, photo)
    page.field.press("Enter")
    expect(page.page.locator(".line.ours")).to_have_count(1)
    expect(page.page.locator(".mine .bubble")).to_have_count(0)
    assert is_shown(photos(page))


def test_another_tab_sees_the_photo_too(visitor: Visitors, photo: Path):
    somebody = visitor()
    first, second = somebody.opens("/chat"), somebody.opens("/chat")
    attaches(first, photo)
    sends(first, "look")
    assert is_shown(photos(second))


def test_an_attached_photo_can_be_taken_back(server: Demo, visitor: Visitors, photo: Path):
    before = kept(server)
    page = visitor().opens("/chat")
    attaches(page, photo)
    page.page.get_by_role("button", name="Remove the photo").click()
    expect(page.page.get_by_role("group", name="Photo to send")).to_be_hidden()
    sends(page, "hello")
    expect(page.page.locator(".line.ours")).to_have_count(1)
    expect(photos(page)).to_have_count(0)
    assert kept(server) == before


def test_words_said_after_a_photo_wait_for_it(server: Demo, visitor: Visitors, photo: Path):
    page = visitor().opens("/chat")
    page.page.route("**/chat/photos", lambda route: (page.page.wait_for_timeout(400), route.continue_()))
    attaches(page, photo)
    sends(page)
    sends(page, "never mind")
    expect(page.page.locator(".pending")).to_have_count(0)
    page.page.reload()
    mine = page.page.locator(".line.mine")
    expect(mine).to_have_count(2)
    expect(mine.first.get_by_role("img")).to_be_visible()
    expect(mine.last).to_contain_text("never mind")


def test_a_refused_file_says_why_and_the_talk_goes_on(server: Demo, visitor: Visitors, tmp_path: Path, photo: Path):
    before = kept(server)
    fake = tmp_path / "holiday.jpg"
    fake.write_bytes(b"<html><script>alert(1)</script></html>")
    somebody = visitor()
    page = somebody.opens("/chat")
    attaches(page, fake)
    sends(page)
    failed = page.page.get_by_role("alert").filter(has_text="Not sent.")
    expect(failed).to_contain_text("I cannot read that file as a photo. Send a photo as JPEG, PNG or WebP.")
    expect(page.page.get_by_role("button", name="Try again")).to_have_count(0)
    assert page.faint("p.failed", ".gone") == {}
    assert [each for each in somebody.troubles if "422" not in each] == []
    somebody.troubles.clear()  # browsers write every such answer to the console
    assert kept(server) == before
    attaches(page, photo)
    sends(page, "this one")
    expect(page.page.locator(".line.ours")).to_have_count(1)
    assert is_shown(photos(page))


def test_a_photo_that_did_not_get_through_is_sent_again(visitor: Visitors, photo: Path):
    somebody = visitor()
    page = somebody.opens("/chat")
    page.page.route("**/chat/photos", lambda route: route.abort())
    attaches(page, photo)
    sends(page, "broken")
    expect(page.page.get_by_role("alert").filter(has_text="could not be reached")).to_be_visible()
    page.page.unroute("**/chat/photos")
    somebody.troubles.clear()
    page.page.get_by_role("button", name="Try again").click()
    assert is_shown(photos(page))
    expect(page.page.locator(".failing, .pending")).to_have_count(0)
    expect(photos(page)).to_have_count(1)


def test_a_photo_too_heavy_to_be_taken_is_made_lighter_first(visitor: Visitors, tmp_path: Path):
    heavy = tmp_path / "heavy.png"
    heavy.write_bytes(picture("PNG", (2600, 1300)) + b"\0" * (11 * 1024 * 1024))
    page = visitor().opens("/chat")
    attaches(page, heavy)
    sends(page, "heavy")
    assert is_shown(photos(page))
    expect(page.page.locator(".failing")).to_have_count(0)


def test_what_is_too_large_and_no_photo_is_not_sent(visitor: Visitors, tmp_path: Path):
    film = tmp_path / "film.mp4"
    film.write_bytes(b"\0" * (11 * 1024 * 1024))
    page = visitor().opens("/chat")
    attaches(page, film)
    sends(page)
    expect(page.page.get_by_role("alert").filter(has_text="larger than 10 MB")).to_be_visible()


def test_on_a_phone_nothing_is_wider_than_the_screen(visitor: Visitors, photo: Path):
    page = visitor(viewport=PHONE, has_touch=True, is_mobile=True).opens("/chat")
    long_name = photo.with_name("a very long name of a photo that somebody took on holiday some years ago.jpg")
    photo.rename(long_name)
    attaches(page, long_name)
    assert not page.scrolls_sideways()
    for name in ("Attach a photo", "Remove the photo", "Send"):
        box = page.page.get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    assert page.field.bounding_box()["width"] > 150
    sends(page, "it arrived like this")
    assert is_shown(photos(page))
    assert not page.scrolls_sideways()


def test_the_keyboard_is_enough(visitor: Visitors, photo: Path):
    page = visitor().opens("/chat")
    page.page.on("filechooser", lambda _: None)  # from here on the browser hands choosers over; a key is fast
    page.field.focus()
    page.page.keyboard.press("Tab")
    expect(page.page.get_by_role("button", name="Attach a photo")).to_be_focused()
    with page.page.expect_file_chooser() as choosing:
        page.page.keyboard.press("Enter")
    choosing.value.set_files(photo)
    expect(page.field).to_be_focused()
    page.page.keyboard.type("look")
    page.page.keyboard.press("Enter")
    assert is_shown(photos(page))


def test_a_pasted_picture_is_attached(visitor: Visitors):
    page = visitor().opens("/chat")
    page.field.evaluate(
        """field => {
          const canvas = document.createElement("canvas");
          canvas.width = canvas.height = 20;
          canvas.toBlob(blob => {
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File([blob], "pasted.png", { type: "image/png" }));
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
          });
        }"""
    )
    expect(page.page.get_by_role("group", name="Photo to send")).to_contain_text("pasted.png")
    sends(page)
    assert is_shown(photos(page))


def test_the_playground_takes_photos(visitor: Visitors, photo: Path):
    page = visitor().opens("/playground/as/1")
    attaches(page, photo)
    sends(page, "broken")
    assert is_shown(photos(page))
