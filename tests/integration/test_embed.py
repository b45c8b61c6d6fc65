"""The chat on a shop's own pages, over HTTP: whose chat a token opens, and who may frame it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from fastapi import FastAPI
from itsdangerous import URLSafeSerializer
from sqlmodel import select

from bot.clock import new_id, now
from bot.compose import Program
from bot.identity import identity_key
from bot.settings import Settings
from bot.web.chat.routes import ChatServer, add_chat
from bot.web.chat.sessions import Chat
from bot.web.chat.streams import Streams
from bot.web.embed.routes import add_embed
from bot.web.embed.tokens import Visit, session_of, visit_of
from bot.web.limits import Limits
from bot.web.pages import Pages
from bot.web.problems import handle_problems
from bot.web.shop import add_shop
from domain.conversations import Conversation
from domain.orders import Order
from nlu.embedded import Embedded
from storage.database import Database
from storage.inbox import InboxRow
from tests.builders import a_customer, an_order, business
from tests.inside import served

SECRET = "the-shop-and-we-share-this-secret-0"
SERVERS = "the-key-that-signs-our-own-tokens-0"


@dataclass
class Site:
    """A running installation with two customers and an order of each."""

    http: httpx.Client
    program: Program
    marias: Order
    pauls: Order

    def arrive(self, identity: str | None = None, token: str | None = None) -> dict[str, Any]:
        answer = self.http.post("/embed/session", json={"identity": identity, "token": token})
        assert answer.status_code == 200, answer.text
        assert "set-cookie" not in answer.headers
        return answer.json()

    def say(self, base: str, text: str, message_id: str | None = None) -> httpx.Response:
        form = {"message": text, "message_id": message_id or new_id()}
        return self.http.post(f"{base}/messages", data=form, headers={"HX-Request": "true"})

    def page(self, base: str) -> str:
        answer = self.http.get(base)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        return answer.text


def application(program: Program) -> FastAPI:
    """The pages with a chat on them, without what runs in the background."""
    app = FastAPI()
    app.state.limits = Limits(program.settings)
    handle_problems(app)
    pages = Pages(program)
    app.state.streams = Streams(program)
    server = ChatServer(program, pages, app.state.streams)
    add_chat(app, server)
    add_embed(app, server)
    if program.settings.demo:
        add_shop(app, server)
    return app


@contextmanager
def site_of(database: Database, folder: Path, engine: Embedded, **given: Any) -> Iterator[Site]:
    values = {"identity_secret": SECRET, "secret_key": SERVERS, "address_rate": 100_000, **given}
    settings = Settings(data_folder=folder, _env_file=None, **values)  # type: ignore[call-arg]
    with database.writing() as session:
        made = business(session)
        made.customer.external_id = "maria"
        paul = a_customer(session, name="Paul Sand", email="paul@example.com", phone="+4930901821", external_id="paul")
        marias, pauls = an_order(session, made), an_order(session, made, customer=paul)
    with ThreadPoolExecutor(2) as pool:
        program = Program(settings, database, pool, pool)
        program.engine = engine
        with served(application(program)) as url, httpx.Client(base_url=url, timeout=30) as http:
            yield Site(http, program, marias, pauls)


@pytest.fixture
def site(database: Database, tmp_path: Path, engine: Embedded) -> Iterator[Site]:
    with site_of(database, tmp_path, engine) as running:
        yield running


def signed(sub: object = "maria", key: str = SECRET, algorithm: str = "HS256", **claims: object) -> str:
    """An identity as a shop signs it, good for an hour unless said otherwise."""
    return jwt.encode({"sub": sub, "exp": now() + timedelta(hours=1), **claims}, key, algorithm=algorithm)  # type: ignore[arg-type]


def forged(values: object, key: str = SERVERS, salt: str = "roundsman.embed") -> str:
    return str(URLSafeSerializer(key, salt=salt).dumps(values))


def inside(token: str) -> list[Any]:
    """Session, customer and time in a token, as anybody who has it may read."""
    payload = token.partition(".")[0]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def customer_in(token: str) -> int | None:
    return inside(token)[1]


def test_without_identity_it_is_a_strangers_chat(site: Site):
    base = site.arrive()["base"]
    assert "Good to see you." in site.page(base)
    answer = site.say(base, f"where is my order {site.marias.number}")
    assert "one more fact" in answer.text


def test_a_known_customer_is_greeted_with_their_order_and_asks_for_it_without_proof(site: Site):
    base = site.arrive(signed())["base"]
    page = site.page(base)
    assert "Good to see you, Maria" in page
    assert site.marias.number in page
    assert site.pauls.number not in page
    answer = site.say(base, "where is my order")
    assert site.marias.number in answer.text
    assert site.pauls.number not in answer.text


def test_another_customers_order_does_not_exist_for_a_known_one(site: Site):
    base = site.arrive(signed())["base"]
    said = site.say(base, f"where is my order {site.pauls.number}").text
    unknown = site.say(base, "where is my order RM-99999").text
    assert re.sub(r"RM-\d+|id=\"\S+\"|datetime=\"\S+\"", "", said) == re.sub(
        r"RM-\d+|id=\"\S+\"|datetime=\"\S+\"", "", unknown
    )
    assert site.pauls.postcode not in said


def test_logged_out_nothing_is_left_of_what_the_customer_said(site: Site):
    known = site.arrive(signed())
    site.say(known["base"], "where is my order")
    assert site.marias.number in site.page(known["base"])
    stranger = site.arrive(None, known["keep"])
    assert stranger["chat"] != known["chat"]
    for path in (stranger["base"], site.arrive(None, known["base"].rpartition("/")[2])["base"]):
        page = site.page(path)
        assert site.marias.number not in page
        assert "Maria" not in page
    again = site.arrive(signed(), stranger["keep"])
    assert again["chat"] == known["chat"]
    assert "where is my order" in site.page(again["base"])


def test_every_customer_of_a_browser_has_a_conversation_of_their_own(site: Site):
    maria = site.arrive(signed())
    paul = site.arrive(signed("paul"), maria["keep"])
    stranger = site.arrive(None, paul["keep"])
    assert len({maria["chat"], paul["chat"], stranger["chat"]}) == 3
    site.say(maria["base"], "where is my order")
    assert site.marias.number not in site.page(paul["base"])


def test_the_token_that_is_kept_never_brings_a_customer_back(site: Site):
    known = site.arrive(signed())
    own = known["base"].rpartition("/")[2]
    assert customer_in(own) is not None
    assert customer_in(known["keep"]) is None
    assert customer_in(site.arrive(None, own)["base"].rpartition("/")[2]) is None


def test_an_identity_that_is_not_accepted_makes_a_stranger_and_says_why(site: Site):
    refused = {
        signed(key="x" * 40): "Signature verification failed",
        signed(exp=datetime(2020, 1, 1)): "Signature has expired",
        jwt.encode({"sub": "maria"}, SECRET): 'missing the "exp" claim',
        jwt.encode({"exp": 4_000_000_000}, SECRET): 'missing the "sub" claim',
        jwt.encode({"sub": "maria", "exp": 4_000_000_000}, "", algorithm="none"): "alg",
        signed(key=SECRET * 2, algorithm="HS512"): "alg",
        signed(1): "Subject must be a string",
        signed("nobody"): "no customer",
        signed("maria\x00"): "no customer",
        "not.a.jwt": "not valid",
        "é\x00": "not valid",
    }
    for identity, because in refused.items():
        arrival = site.arrive(identity)
        assert because in arrival["warning"]
        assert identity not in arrival["warning"]
        assert customer_in(arrival["base"].rpartition("/")[2]) is None
        assert "Good to see you." in site.page(arrival["base"])


def test_an_identity_may_be_good_for_long(site: Site):
    arrival = site.arrive(signed(exp=now() + timedelta(days=400)))
    assert arrival["warning"] is None
    assert arrival["good_for"] == 12 * 3600


def test_a_forged_token_opens_nothing(site: Site):
    values = ["A" * 22, 1, 4_000_000_000]
    by_others = (forged(values, key="guessed"), forged(values, salt="roundsman.chat"))
    for token in (*by_others, "x", "." * 50, ".eJwrSi0uyczPAwALGgLT.x", "%00", "a" * 5000):
        base = f"/embed/c/{token}"
        assert site.http.get(base).headers["location"] == "/embed"
        assert site.say(base, "hello").status_code == 401
        assert site.http.get(f"{base}/stream").status_code == 204
        assert site.http.post(f"{base}/photos", content=b"x").status_code == 401


def test_a_token_changed_for_another_customer_opens_nothing(site: Site):
    own = site.arrive(signed())["base"].rpartition("/")[2]
    session, customer_id, since = inside(own)
    payload = forged([session, customer_id + 1, since], key="guessed").partition(".")[0]
    assert site.say(f"/embed/c/{payload}.{own.partition('.')[2]}", "hello").status_code == 401


@pytest.mark.parametrize(
    ("identity", "lives"), [(None, timedelta(days=30)), ("maria", timedelta(hours=12))]
)  # fmt: skip
def test_a_token_expires(site: Site, monkeypatch: pytest.MonkeyPatch, identity: str | None, lives: timedelta):
    begun = now()
    arrival = site.arrive(signed() if identity else None)
    monkeypatch.setattr("bot.web.embed.routes.now", lambda: begun + lives - timedelta(minutes=1))
    assert site.say(arrival["base"], "hello").status_code == 200
    monkeypatch.setattr("bot.web.embed.routes.now", lambda: begun + lives + timedelta(minutes=1))
    assert site.say(arrival["base"], "hello").status_code == 401
    assert site.http.get(f"{arrival['base']}/stream").status_code == 204
    assert site.http.get(arrival["base"]).headers["location"] == "/embed"


def test_a_customers_conversation_goes_on_under_the_next_token(site: Site, monkeypatch: pytest.MonkeyPatch):
    arrival = site.arrive(signed())
    old = arrival["base"].rpartition("/")[2]
    monkeypatch.setattr("bot.web.embed.routes.now", lambda: now() + timedelta(hours=13))
    assert visit_of(old, site.program.settings, now() + timedelta(hours=13)) is None
    assert site.arrive(signed(), old)["chat"] == arrival["chat"]


def test_a_strangers_session_is_forgotten_after_thirty_days():
    settings = Settings(secret_key=SERVERS, _env_file=None)  # type: ignore[call-arg,arg-type]
    moment = now()
    token = Visit("A" * 22, None, moment).token(settings)
    assert session_of(token, settings, moment + timedelta(days=29)) == "A" * 22
    assert session_of(token, settings, moment + timedelta(days=31)) is None


def test_a_chat_has_another_address_than_the_cookie_chat_and_its_session():
    visit = Visit("A" * 22, None, now())
    assert visit.chat("t").address not in {visit.session, Chat("A" * 22, "/chat").address}
    assert visit.chat("t").address != Visit("A" * 22, 1, now()).chat("t").address


def test_the_same_message_twice_is_one(site: Site):
    base = site.arrive()["base"]
    message_id = new_id()
    first, second = site.say(base, "hello", message_id), site.say(base, "hello", message_id)
    assert first.text == second.text
    with site.program.database.reading() as session:
        assert len(session.exec(select(InboxRow)).all()) == 1


def test_what_other_sites_send_is_refused(site: Site):
    across = {"Sec-Fetch-Site": "cross-site"}
    assert site.http.post("/embed/session", json={}, headers=across).status_code == 403
    base = site.arrive()["base"]
    assert site.http.post(f"{base}/messages", data={"message": "hi"}, headers=across).status_code == 403


def test_a_senseless_arrival_is_one_sentence(site: Site):
    for body in (b"", b"[]", b"{", b'{"identity": 5}', b'{"token": {}}', b'{"identity": "\\ud800"}', b"\xff"):
        answer = site.http.post("/embed/session", content=body)
        assert answer.status_code == 422
        assert answer.json()["detail"].count(".") == 1


def test_an_endless_arrival_is_refused(site: Site):
    assert site.http.post("/embed/session", content=b" " * 20_000).status_code == 413


def frame_ancestors(answer: httpx.Response) -> str:
    return re.findall(r"frame-ancestors ([^;]*)", answer.headers["content-security-policy"])[0]


def test_only_the_shops_that_are_named_may_frame_it(database: Database, tmp_path: Path, engine: Embedded):
    with site_of(database, tmp_path, engine, shop_origins="https://shop.example, https://www.shop.example") as site:
        base = site.arrive()["base"]
        for path in ("/embed", base):
            answer = site.http.get(path)
            assert frame_ancestors(answer) == "'self' https://shop.example https://www.shop.example"
            assert not {"x-frame-options", "cross-origin-opener-policy", "set-cookie"} & set(answer.headers)
        assert frame_ancestors(site.http.get("/chat")) == "'none'"


def test_a_demo_may_be_framed_by_this_machine_and_has_a_key_of_its_own(
    database: Database, tmp_path: Path, engine: Embedded
):
    with site_of(database, tmp_path, engine, identity_secret=None, demo=True) as site:
        assert "http://localhost:*" in frame_ancestors(site.http.get("/embed"))
        key = identity_key(site.program.settings)
        assert key is not None
        assert "Good to see you, Maria" in site.page(site.arrive(signed(key=key))["base"])
        page = site.http.get("/shop", params={"who": str(site.marias.customer_id)}).text
        shown = re.findall(r'data-identity="([^"]+)"', page)[0]
        assert "Good to see you, Maria" in site.page(site.arrive(shown)["base"])
        assert "data-identity" not in site.http.get("/shop").text
        assert "data-identity" not in site.http.get("/shop?who=99999").text


def test_without_secret_no_identity_is_accepted(database: Database, tmp_path: Path, engine: Embedded):
    with site_of(database, tmp_path, engine, identity_secret=None) as site:
        assert identity_key(site.program.settings) is None
        assert "no ROUNDSMAN_IDENTITY_SECRET" in site.arrive(signed())["warning"]
        assert site.http.get("/shop").status_code == 404


def test_the_script_is_kept_for_a_short_while_and_known_by_its_tag(site: Site):
    first = site.http.get("/widget.js")
    assert first.headers["content-type"].startswith("text/javascript")
    assert first.headers["cache-control"] == "public, max-age=300"
    assert first.headers["vary"] == "Accept-Language"
    assert "access-control-allow-origin" not in first.headers
    assert site.http.get("/widget.js", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_the_customer_is_bound_only_to_their_own_conversation(site: Site):
    known = site.arrive(signed())
    stranger = site.arrive(None, known["keep"])
    site.say(known["base"], "hello")
    site.say(stranger["base"], "hello")
    with site.program.database.reading() as session:
        bound = [each.customer_id for each in session.exec(select(Conversation).order_by(Conversation.id)).all()]  # type: ignore[arg-type]
    assert bound == [site.marias.customer_id, None]
