"""Proofs of delivery: recorded and read over HTTP, and made up for the demo."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from actions.perform import perform
from bot.clock import new_id, now
from bot.demo.load import load, reset
from bot.files import Files
from bot.settings import Settings
from bot.tidying import tidy
from domain.commands import RecordProof
from domain.deliveries import DeliveryProof, StoredFile
from domain.events import Event
from domain.moment import SYSTEM, Actor, Role
from domain.orders import Order
from domain.refusals import NotFound, Refusal
from domain.values import Place
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.builders import NOW, an_order, business, moment
from tests.pictures import picture, telling
from tests.site import KEY, Site, a_site, on_disk, rows


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_folder=tmp_path, _env_file=None)  # type: ignore[call-arg]


@pytest.fixture
def files(settings: Settings) -> Files:
    return Files(settings)


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Iterator[Site]:
    with a_site(database, tmp_path) as running:
        yield running


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
    stored = [each for each in rows(database, StoredFile) if each.kind == "proof"]  # a return may have a photo too
    assert len(stored) == 24
    assert all(files.path_of(each) and files.path_of(each, small=True) for each in stored)
    latest = sorted(proofs.values(), key=lambda each: each.at)[-24:]
    assert {each.photo_id for each in latest} == {each.id for each in stored}
    reset(database, now(), 80, files=files)
    anew = rows(database, StoredFile)
    assert sum(each.kind == "proof" for each in anew) == 24
    assert len(on_disk(settings)) == 2 * len(anew)
    assert {each.id for each in stored}.isdisjoint(each.id for each in anew)


def test_the_demo_loads_without_a_folder(database):
    load(database, now(), 40)
    assert rows(database, StoredFile) == []
    assert all(each.photo_id is None for each in rows(database, DeliveryProof))
