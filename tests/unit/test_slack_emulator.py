"""The Slack emulator against the real slack_sdk and slack-bolt: every behaviour that other tests lean on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.bolting import button, client, modal, refused, section, serving
from tests.emulators.slack import SlackEmulator
from tests.running import run


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_what_is_posted_is_there_and_can_be_changed_and_taken_back() -> None:
    async def work(slack: SlackEmulator) -> None:
        anna = slack.person("Anna Bakker")
        north, bot = slack.channel("north", anna), client(slack)
        told = await bot.auth_test()
        assert (told["user_id"], told["team"]) == (slack.bot_user, "Rounds & Co")
        first = await bot.chat_postMessage(channel=north.id, text="A plan", blocks=[section("*A plan*")])
        await bot.chat_postMessage(channel="#north", text="In its thread", thread_ts=first["ts"])
        posted = await slack.until_posted(north, containing="*A plan*")
        history = (await bot.conversations_history(channel=north.id))["messages"]
        assert [(one["text"], one["reply_count"]) for one in history] == [("A plan", 1)]
        assert [one.text for one in slack.messages(north, thread=posted)] == ["A plan", "In its thread"]
        await bot.chat_update(channel=north.id, ts=first["ts"], text="Another plan")
        assert (posted.text, posted.versions[0]["text"]) == ("Another plan", "A plan")
        assert posted.blocks == []
        await bot.reactions_add(channel=north.id, timestamp=first["ts"], name="eyes")
        assert posted.reactions == {"eyes": [slack.bot_user]}
        link = await bot.chat_getPermalink(channel=north.id, message_ts=first["ts"])
        assert link["permalink"].endswith(first["ts"].replace(".", ""))
        await bot.chat_delete(channel=north.id, ts=first["ts"])
        assert posted.deleted
        assert await refused(bot.chat_update(channel=north.id, ts=first["ts"], text="x")) == "message_not_found"
        private = await bot.chat_postMessage(channel=anna.id, text="Only you")
        assert private["channel"] == anna.direct.id
        await bot.chat_postEphemeral(channel=north.id, user=anna.id, text="Psst")
        assert [one.text for one in anna.ephemerals(north)] == ["Psst"]

    with SlackEmulator() as slack:
        run(work(slack))


def test_refusals_have_slacks_codes() -> None:
    async def work(slack: SlackEmulator) -> None:
        anna = slack.person("Anna Bakker")
        north, secret = slack.channel("north", anna), slack.channel("secret", anna, app=False, private=True)
        outside, old = slack.channel("outside", anna, app=False), slack.channel("old", anna)
        slack.archives(old)
        bot = client(slack)
        hers = anna.says(outside, "Hello")
        here = (await bot.chat_postMessage(channel=north.id, text="x"))["ts"]
        nobody = AsyncWebClient("xoxb-wrong", base_url=slack.api_url)
        cases: list[tuple[Awaitable[Any], str]] = [
            (nobody.auth_test(), "invalid_auth"),
            (AsyncWebClient(base_url=slack.api_url).auth_test(), "not_authed"),
            (AsyncWebClient(slack.app_token, base_url=slack.api_url).auth_test(), "not_allowed_token_type"),
            (bot.chat_postMessage(channel="C404", text="x"), "channel_not_found"),
            (bot.chat_postMessage(channel=secret.id, text="x"), "channel_not_found"),
            (bot.chat_postMessage(channel=outside.id, text="x"), "not_in_channel"),
            (bot.chat_postMessage(channel=old.id, text="x"), "is_archived"),
            (bot.api_call("chat.postMessage", json={"channel": north.id, "text": " "}), "no_text"),
            (bot.chat_postMessage(channel=north.id, text="x" * 40_001), "msg_too_long"),
            (bot.chat_postMessage(channel=north.id, text="x", blocks=[section("")]), "invalid_blocks"),
            (bot.chat_postMessage(channel=north.id, text="x", blocks="[{"), "invalid_blocks_format"),
            (bot.chat_postMessage(channel=north.id, text="x", blocks=[section("é" * 2900)] * 5), "msg_blocks_too_long"),
            (bot.chat_postMessage(channel=north.id, text="x", thread_ts="1.000001"), "thread_not_found"),
            (bot.chat_update(channel=north.id, ts=here, text="x" * 4_001), "msg_too_long"),
            (bot.chat_update(channel=outside.id, ts=hers.ts, text="x"), "cant_update_message"),
            (bot.chat_postEphemeral(channel=north.id, user="U404", text="x"), "user_not_found"),
            (bot.views_open(trigger_id="1.2.3", view=modal(section("x"))), "invalid_trigger_id"),
            (bot.views_update(view_id="V404", view=modal(section("x"))), "not_found"),
            (bot.users_info(user="U404"), "user_not_found"),
            (bot.users_lookupByEmail(email="x@example.com"), "users_not_found"),
            (bot.conversations_history(channel=outside.id), "not_in_channel"),
            (bot.conversations_replies(channel=north.id, ts="1.000001"), "thread_not_found"),
            (bot.api_call("chat.postMassage"), "unknown_method"),
        ]
        for call, code in cases:
            assert await refused(call) == code

    with SlackEmulator() as slack:
        run(work(slack))


def test_a_refusal_of_blocks_says_where() -> None:
    async def work(slack: SlackEmulator) -> None:
        north = slack.channel("north")
        blocks = [section("x", accessory=button("far too long" * 10))]
        with pytest.raises(SlackApiError) as refusal:
            await client(slack).chat_postMessage(channel=north.id, text="x", blocks=blocks)
        place = "[json-pointer:/blocks/0/accessory/text/text]"
        assert refusal.value.response["response_metadata"]["messages"] == [
            f"[ERROR] must be less than 76 characters {place}"
        ]
        assert slack.complaints == [
            f"chat.postMessage: invalid_blocks ['[ERROR] must be less than 76 characters {place}']"
        ]

    with SlackEmulator() as slack:
        run(work(slack))


def test_a_trigger_is_good_for_three_seconds() -> None:
    clock = Clock()

    async def work(slack: SlackEmulator) -> None:
        anna = slack.person("Anna Bakker")
        north = slack.channel("north", anna)
        async with serving(slack, lambda app: None):
            ran = await anna.runs(north, "/rounds")
        clock.now += 3.1
        late = client(slack).views_open(trigger_id=ran.payload["trigger_id"], view=modal(section("x")))
        assert await refused(late) == "expired_trigger_id"

    with SlackEmulator(clock=clock) as slack:
        run(work(slack))


def test_signatures_are_genuine_unless_they_are_forged() -> None:
    heard: list[Any] = []

    def prepare(app: AsyncApp) -> None:
        @app.command("/rounds")
        async def command(ack: Any) -> None:
            await ack()

        @app.event("message")
        async def said(body: Any, request: Any = None) -> None:
            heard.append(body["event_id"])

    async def work(slack: SlackEmulator) -> None:
        anna = slack.person("Anna Bakker")
        north = slack.channel("north", anna)
        async with serving(slack, prepare):
            genuine = await anna.runs(north, "/rounds")
            assert genuine.status == 200
            assert (await slack.replays(genuine)).status == 200
            forgeries: tuple[Any, ...] = (
                {"secret": "wrong"},
                {"age": 400},
                {"signature": "v0=00"},
                {"without": ("X-Slack-Signature",)},
            )
            for forged in forgeries:
                with slack.forging(**forged):
                    assert (await anna.runs(north, "/rounds")).status in (400, 401)
            said = await anna.says(north, "Hello").deliveries[0]
            again = await slack.retries(said)
            assert (again.headers["X-Slack-Retry-Num"], again.headers["X-Slack-Retry-Reason"]) == ("1", "http_timeout")
            assert len(heard) == 2
            assert len(set(heard)) == 1
            assert (await slack.verifies_url()).answer == {"challenge": "the-challenge"}

    with SlackEmulator() as slack:
        run(work(slack))


def test_events_that_are_not_acknowledged_come_again() -> None:
    async def work(slack: SlackEmulator) -> None:
        seen: list[str | None] = []

        async def answer(request: web.Request) -> web.Response:
            seen.append(request.headers.get("X-Slack-Retry-Num"))
            return web.Response(status=500 if len(seen) < 3 else 200)

        served = web.Application()
        served.router.add_post("/", answer)
        runner = web.AppRunner(served)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        anna = slack.person("Anna Bakker")
        anna.tells("Hello")
        await slack.until(lambda: len(seen) == 3)
        await slack.until_answered()
        assert seen == [None, "1", "2"]
        assert [one.error for one in slack.deliveries] == ["http_error", "http_error", ""]
        await runner.cleanup()

    with SlackEmulator(retries=3) as slack:
        run(work(slack))


def test_scripted_trouble() -> None:
    async def work(slack: SlackEmulator) -> None:
        north, bot = slack.channel("north"), client(slack, retry_handlers=[])
        slack.script(retry_after=7)
        with pytest.raises(SlackApiError) as refusal:
            await bot.chat_postMessage(channel=north.id, text="x")
        answer = refusal.value.response
        assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "7")
        slack.script(error="fatal_error")
        assert await refused(bot.chat_postMessage(channel=north.id, text="x")) == "fatal_error"
        slack.script(status=503)
        with pytest.raises(Exception, match=r"503|upstream"):
            await bot.chat_postMessage(channel=north.id, text="x")
        slack.script(body='{"ok": tr')
        with pytest.raises(Exception, match=r"JSON|parse|Failed|Received"):
            await bot.chat_postMessage(channel=north.id, text="x")
        slack.script(drop=True, after_effect=True)
        with pytest.raises(aiohttp.ClientError):
            await bot.chat_postMessage(channel=north.id, text="arrived all the same")
        assert [one.text for one in slack.messages(north)] == ["arrived all the same"]
        hanging = slack.script(hang=True)
        call = asyncio.ensure_future(bot.chat_postMessage(channel=north.id, text="late"))
        await slack.until(lambda: hanging.used)
        assert not call.done()
        slack.release(hanging)
        assert (await call)["ok"]

    with SlackEmulator() as slack:
        run(work(slack))


def test_files_go_up_and_come_down() -> None:
    async def work(slack: SlackEmulator) -> None:
        anna = slack.person("Anna Bakker")
        north, bot = slack.channel("north", anna), client(slack)
        await bot.files_upload_v2(
            channel=north.id, filename="failed.csv", content="a,b\n1,2\n", title="Failed", initial_comment="Here"
        )
        posted = await slack.until_posted(north, containing="Here")
        assert (posted.files[0].name, posted.files[0].data) == ("failed.csv", b"a,b\n1,2\n")
        shared = anna.shares(north, "damage.png", b"\x89PNG", "Look").files[0]
        told = (await bot.conversations_history(channel=north.id))["messages"][0]["files"][0]
        async with aiohttp.ClientSession() as session:
            async with session.get(told["url_private"], headers={"Authorization": f"Bearer {bot.token}"}) as loaded:
                assert await loaded.read() == shared.data
            async with session.get(told["url_private"]) as stranger:
                assert (stranger.status, stranger.content_type) == (200, "text/html")

    with SlackEmulator(events=()) as slack:
        run(work(slack))


def test_socket_mode_survives_a_disconnect() -> None:
    def prepare(app: AsyncApp) -> None:
        @app.event("message")
        async def said(say: Any, event: Any) -> None:
            await say(f"heard {event['text']}")

    async def work(slack: SlackEmulator) -> None:
        anna = slack.person("Anna Bakker")
        anna.tells("before anybody was there")
        async with serving(slack, prepare):
            await slack.until_posted(anna.direct, containing="before anybody was there")
            slack.disconnects()
            await slack.until_connected(2)
            anna.tells("after a refresh")
            await slack.until_posted(anna.direct, containing="after a refresh")
            slack.drops_connections()
            await slack.until_connected(3)
            anna.tells("after a drop")
            await slack.until_posted(anna.direct, containing="after a drop")
        assert slack.complaints == []

    with SlackEmulator("socket") as slack:
        run(work(slack))


def test_it_waits_in_a_thread_too() -> None:
    with SlackEmulator("socket") as slack:
        anna = slack.person("Anna Bakker")
        ran = anna.runs(anna.direct, "/rounds").wait()
        assert (ran.acknowledged, ran.error) == (False, "no_connection")
        with pytest.raises(AssertionError, match="nothing with 'plan'"):
            slack.until_posted(anna.direct, containing="plan", timeout=0.01).wait()


def test_channels_and_people_are_listed_in_pages() -> None:
    async def work(slack: SlackEmulator) -> None:
        people = [slack.person(f"Person {number}", email=f"p{number}@example.com") for number in range(5)]
        for number in range(5):
            slack.channel(f"depot-{number}", *people, private=number == 4, app=number != 3)
        bot, names, cursor = client(slack), [], ""
        while True:
            listed = await bot.conversations_list(types="public_channel,private_channel", limit=2, cursor=cursor)
            names += [(one["name"], one["is_member"]) for one in listed["channels"]]
            cursor = listed["response_metadata"]["next_cursor"]
            if not cursor:
                break
        assert names == [(f"depot-{number}", number != 3) for number in range(5)]
        found = await bot.users_lookupByEmail(email="P3@example.com")
        assert (found["user"]["id"], found["user"]["tz"]) == (people[3].id, "Europe/Amsterdam")
        assert len((await bot.users_list())["members"]) == 6
        joined = next(one for one in (await bot.conversations_list())["channels"] if one["name"] == "depot-3")
        await bot.conversations_join(channel=joined["id"])
        assert slack.bot_user in (await bot.conversations_members(channel=joined["id"]))["members"]
        direct = await bot.conversations_open(users=people[0].id)
        assert direct["channel"]["id"] == people[0].direct.id
        people[1].is_deactivated()
        assert await refused(bot.conversations_open(users=people[1].id)) == "user_disabled"

    with SlackEmulator() as slack:
        run(work(slack))


def test_posting_too_fast_is_refused_when_rates_are_kept() -> None:
    clock = Clock()

    async def work(slack: SlackEmulator) -> None:
        north, south, bot = slack.channel("north"), slack.channel("south"), client(slack)
        for _ in range(4):
            await bot.chat_postMessage(channel=north.id, text="x")
        assert await refused(bot.chat_postMessage(channel=north.id, text="x")) == "ratelimited"
        await bot.chat_postMessage(channel=south.id, text="x")
        clock.now += 1
        await bot.chat_postMessage(channel=north.id, text="x")

    with SlackEmulator(clock=clock, rates=True) as slack:
        run(work(slack))


def test_a_response_url_wears_out() -> None:
    clock = Clock()

    async def work(slack: SlackEmulator) -> None:
        anna = slack.person("Anna Bakker")
        slack.mode = "socket"
        url = (await anna.runs(anna.direct, "/rounds")).payload["response_url"]
        late = (await anna.runs(anna.direct, "/rounds")).payload["response_url"]
        async with aiohttp.ClientSession() as session:

            async def respond(to: str, **message: Any) -> tuple[int, str]:
                async with session.post(to, json=message) as answer:
                    return answer.status, await answer.text()

            assert await respond(url, text="x", blocks=[{"type": "section"}]) == (400, "invalid_blocks")
            assert [await respond(url, text="x") for _ in range(5)] == [(200, "ok")] * 5
            assert await respond(url, text="x") == (404, "used_url")
            clock.now += 1801
            assert await respond(late, text="x") == (404, "expired_url")
        assert len(anna.ephemerals(anna.direct)) == 5

    with SlackEmulator(clock=clock) as slack:
        run(work(slack))


def test_the_apps_own_messages_come_back_as_events() -> None:
    async def work(slack: SlackEmulator) -> None:
        north, bot = slack.channel("north"), client(slack)
        async with serving(slack, lambda app: None):
            posted = await bot.chat_postMessage(channel=north.id, text="One")
            await bot.chat_update(channel=north.id, ts=posted["ts"], text="Two")
            await bot.chat_delete(channel=north.id, ts=posted["ts"])
            await slack.until_answered()
        events = [one.payload["event"] for one in slack.deliveries]
        assert [one.get("subtype") for one in events] == [None, "message_changed", "message_deleted"]
        assert events[0]["bot_id"] == "B0ROUNDSMAN"
        assert (events[1]["previous_message"]["text"], events[1]["message"]["text"]) == ("One", "Two")

    with SlackEmulator(echoes=True) as slack:
        run(work(slack))


def test_another_workspace_is_another_team() -> None:
    with SlackEmulator("socket") as slack:
        anna = slack.person("Anna Bakker")
        with slack.forging(team="T0STRANGER"):
            strange = anna.runs(anna.direct, "/rounds").wait()
        assert strange.payload["team_id"] == "T0STRANGER"
        assert anna.runs(anna.direct, "/rounds").wait().payload["team_id"] != "T0STRANGER"
