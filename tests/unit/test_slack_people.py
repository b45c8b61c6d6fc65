"""People of the Slack emulator in front of a real bolt app, in both modes: what they say, press and fill in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.bolting import asking, button, client, modal, refused, section, serving
from tests.emulators.slack import SlackEmulator
from tests.running import run

MODES = ["http", "socket"]


@pytest.mark.parametrize("mode", MODES)
def test_a_conversation_with_a_bolt_app(mode: Any) -> None:
    def prepare(app: AsyncApp) -> None:
        @app.command("/rounds")
        async def command(ack: Any, body: Any, respond: Any) -> None:
            await ack(f"Got {body['text']}")
            await respond("More", response_type="in_channel")

        @app.event("app_mention")
        async def mentioned(event: Any, say: Any) -> None:
            await say(text="You called?", blocks=[{"type": "actions", "elements": [button("Yes"), button("No", "n")]}])

        @app.event("message")
        async def said(event: Any, say: Any) -> None:
            if event["channel_type"] == "im":
                await say(f"heard {event['text']}")

        @app.action("press")
        async def pressed(ack: Any, respond: Any, body: Any) -> None:
            await ack()
            await respond(text=f"{body['user']['name']} said yes", replace_original=True)

    async def work(slack: SlackEmulator) -> None:
        anna = slack.person("Anna Bakker")
        north = slack.channel("north", anna)
        async with serving(slack, prepare):
            ran = await anna.runs(north, "/rounds plan tomorrow")
            assert (ran.acknowledged, ran.answer) == (
                True,
                "Got plan tomorrow" if mode == "http" else {"text": "Got plan tomorrow"},
            )
            await slack.until_posted(north, containing="More")
            assert [one.text for one in anna.ephemerals(north)] == ["Got plan tomorrow"]
            anna.mentions(north, "where is #north & <you>?")
            asked = await slack.until_posted(north, containing="You called?")
            assert asked.buttons == ["Yes", "No"]
            await anna.presses(asked, "Yes")
            await slack.until(lambda: asked.text == "anna.bakker said yes")
            assert asked.blocks == []
            anna.tells("write to ann@example.com & see http://example.com/a.")
            heard = await slack.until_posted(anna.direct)
            mail = "<mailto:ann@example.com|ann@example.com>"
            assert heard.text == f"heard write to {mail} &amp; see <http://example.com/a>."
            await slack.until_answered()
        assert all(one.acknowledged for one in slack.deliveries)
        assert slack.complaints == []

    with SlackEmulator(mode) as slack:
        run(work(slack))


@pytest.mark.parametrize("mode", MODES)
def test_a_form_is_filled_in_corrected_and_done(mode: Any) -> None:
    reasons = [{"text": {"type": "plain_text", "text": word}, "value": word.lower()} for word in ("Rain", "Strike")]
    form = modal(
        asking("Reason", {"type": "static_select", "options": reasons}, "reason"),
        asking("Until", {"type": "datepicker", "initial_date": "2026-05-01"}, "until"),
        asking("Note", {"type": "plain_text_input", "max_length": 20}, "note", optional=True),
        asking("Crates", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}, "crates"),
        private_metadata="RM-10482",
    )
    submitted: list[Any] = []

    def prepare(app: AsyncApp) -> None:
        @app.command("/hold")
        async def command(ack: Any, body: Any, client: AsyncWebClient) -> None:
            await ack()
            opened = await client.views_open(trigger_id=body["trigger_id"], view=modal(section("One moment …")))
            view = opened["view"]
            assert await refused(client.views_open(trigger_id=body["trigger_id"], view=form)) == "exchanged_trigger_id"
            await client.views_update(view_id=view["id"], hash=view["hash"], view=form)
            stale = client.views_update(view_id=view["id"], hash=view["hash"], view=form)
            assert await refused(stale) == "hash_conflict"

        @app.view("hold")
        async def held(ack: Any, view: Any) -> None:
            submitted.append(view)
            values = view["state"]["values"]
            if values["crates"]["value"]["value"] == "99":
                await ack(response_action="errors", errors={"crates": "There are 12"})
            else:
                await ack(response_action="update", view=modal(section("Held"), title="Done"))

    async def work(slack: SlackEmulator) -> None:
        anna = slack.person("Anna Bakker")
        north = slack.channel("north", anna)
        async with serving(slack, prepare):
            await anna.runs(north, "/hold RM-10482")
            view = await slack.until_modal(anna, containing="Crates")
            assert view.labels == ["Reason", "Until", "Note", "Crates"]
            await slack.until_called("views.update", 2)
            with pytest.raises(AssertionError, match=r"\['Reason', 'Crates'\]"):
                anna.submits(view)
            with pytest.raises(AssertionError, match="takes 20 characters"):
                anna.fills(view, {"Note": "x" * 21})
            with pytest.raises(AssertionError, match="less than 1"):
                anna.fills(view, {"Crates": 0})
            await anna.submits(view, {"Reason": "Rain", "Crates": 99})
            assert view.errors == {"crates": "There are 12"}
            done = await anna.submits(view, {"Crates": 12, "Until": date(2026, 5, 3)})
            assert done.view is view
            assert (view.title, view.words, view.errors) == ("Done", "Done\nHeld", {})
            values = submitted[-1]["state"]["values"]
            assert submitted[-1]["private_metadata"] == "RM-10482"
            assert values["reason"]["value"]["selected_option"]["value"] == "rain"
            assert values["until"]["value"]["selected_date"] == "2026-05-03"
            assert values["note"]["value"] == {"type": "plain_text_input", "value": None}
            anna.closes(view)
            assert anna.modal is None

    with SlackEmulator(mode) as slack:
        run(work(slack))


def test_a_home_is_published_and_used() -> None:
    def prepare(app: AsyncApp) -> None:
        @app.event("app_home_opened")
        async def opened(event: Any, client: AsyncWebClient) -> None:
            blocks = [section("Late: RM-1"), {"type": "actions", "elements": [button("Take")]}]
            blocks += [section("Late: RM-2"), {"type": "actions", "elements": [button("Take", "other")]}]
            await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

        @app.action("other")
        async def taken(ack: Any, client: AsyncWebClient, body: Any) -> None:
            await ack()
            view = {"type": "home", "blocks": [section("RM-2 is yours")]}
            await client.views_publish(user_id=body["user"]["id"], view=view, hash=body["view"]["hash"])

    async def work(slack: SlackEmulator) -> None:
        anna = slack.person("Anna Bakker")
        async with serving(slack, prepare):
            anna.opens_home()
            home = await slack.until_home(anna, containing="RM-2")
            with pytest.raises(AssertionError, match="2 of them"):
                anna.presses(home, "Take")
            await anna.presses(home, "Take", beside="RM-2")
            await slack.until_home(anna, containing="RM-2 is yours")

    with SlackEmulator() as slack:
        run(work(slack))


@pytest.mark.parametrize("mode", MODES)
def test_modals_stand_on_each_other(mode: Any) -> None:
    closed: list[Any] = []

    def prepare(app: AsyncApp) -> None:
        @app.shortcut("new")
        async def picked(ack: Any, body: Any, client: AsyncWebClient) -> None:
            await ack()
            view = modal(section("First"), {"type": "actions", "elements": [button("More")]}, notify_on_close=True)
            await client.views_open(trigger_id=body["trigger_id"], view=view)

        @app.action("press")
        async def pressed(ack: Any, body: Any, client: AsyncWebClient) -> None:
            await ack()
            view = modal(section("Second"), title="Second", callback_id="second")
            await client.views_push(trigger_id=body["trigger_id"], view=view)

        @app.view("second")
        async def done(ack: Any, body: Any) -> None:
            if body["view"]["private_metadata"]:
                await ack(response_action="clear")
            else:
                metadata = {"callback_id": "second", "private_metadata": "again"}
                await ack(response_action="push", view=modal(section("Third"), title="Third", **metadata))

        @app.view_closed("hold")
        async def away(ack: Any, body: Any) -> None:
            await ack()
            closed.append(body["is_cleared"])

    async def work(slack: SlackEmulator) -> None:
        anna = slack.person("Anna Bakker")
        async with serving(slack, prepare):
            await anna.picks("new")
            first = await slack.until_modal(anna, containing="First")
            await anna.presses(first, "More")
            second = await slack.until_modal(anna, containing="Second")
            assert (second.root, second.previous) == (first.id, first.id)
            with pytest.raises(AssertionError, match="in front"):
                anna.submits(first)
            third = (await anna.submits(second)).view
            assert third is not None
            assert third.title == "Third"
            assert (await anna.submits(third)).view is None
            assert not first.open
            await anna.picks("new")
            again = await slack.until_modal(anna, containing="First")
            told = anna.closes(again)
            assert told is not None
            assert (await told).acknowledged
            assert closed == [False]
            assert slack.complaints == []

    with SlackEmulator(mode) as slack:
        run(work(slack))


def test_answers_to_submissions_that_slack_would_not_take() -> None:
    answers: list[dict[str, Any]] = [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "update", "view": modal(title="far too long a title for a modal")},
        {"response_action": "explode"},
    ]

    def prepare(app: AsyncApp) -> None:
        @app.command("/hold")
        async def command(ack: Any, body: Any, client: AsyncWebClient) -> None:
            await ack()
            form = modal(asking("Reason", {"type": "plain_text_input"}, "reason"))
            await client.views_open(trigger_id=body["trigger_id"], view=form)

        @app.view("hold")
        async def held(ack: Any) -> None:
            await ack(**answers.pop(0))

    async def work(slack: SlackEmulator) -> None:
        anna = slack.person("Anna Bakker")
        async with serving(slack, prepare):
            await anna.runs(anna.direct, "/hold")
            view = await slack.until_modal(anna, containing="Reason")
            errors = [(await anna.submits(view, {"Reason": "x"})).error for _ in range(3)]
        assert errors[0] == "invalid_errors: no input block nowhere"
        assert errors[1].startswith("invalid_arguments [ERROR] must be less than 25 characters")
        assert errors[2] == "invalid_response_action"
        assert view.open
        assert len(slack.complaints) == 3

    with SlackEmulator() as slack:
        run(work(slack))


@pytest.mark.parametrize("mode", MODES)
def test_fields_of_messages_tell_at_once(mode: Any) -> None:
    words = [{"text": {"type": "plain_text", "text": word}, "value": word.lower()} for word in ("North", "South")]
    heard: list[Any] = []
    depot = {"type": "static_select", "placeholder": {"type": "plain_text", "text": "Depot"}, "options": words}
    elements = [
        {**depot, "action_id": "depot"},
        {"type": "external_select", "action_id": "driver", "placeholder": {"type": "plain_text", "text": "Driver"}},
        {"type": "checkboxes", "action_id": "days", "options": words},
        {"type": "datepicker", "action_id": "day"},
    ]
    menu = {"type": "overflow", "action_id": "more", "options": words}
    blocks = [section("Plan", accessory=menu), {"type": "actions", "block_id": "plan", "elements": elements}]

    def prepare(app: AsyncApp) -> None:
        for name in ("depot", "driver", "days", "day", "more"):

            @app.action(name)
            async def chosen(ack: Any, body: Any) -> None:
                await ack()
                heard.append((body["actions"][0], body["state"]["values"]["plan"]))

        @app.options("driver")
        async def drivers(ack: Any, body: Any) -> None:
            found = {"text": {"type": "plain_text", "text": f"Sam {body['value']}"}, "value": "sam"}
            await ack(options=[found])

    async def work(slack: SlackEmulator) -> None:
        anna = slack.person("Anna Bakker")
        north = slack.channel("north", anna)
        async with serving(slack, prepare):
            await client(slack).chat_postMessage(channel=north.id, text="Plan", blocks=blocks)
            plan = await slack.until_posted(north)

            async def choose(field: str, value: Any) -> Any:
                told = anna.chooses(plan, field, value)
                assert told is not None
                assert (await told).acknowledged
                await slack.until(lambda: heard)
                return heard.pop()

            action, state = await choose("Depot", "South")
            assert action["selected_option"]["value"] == "south"
            assert state["depot"]["selected_option"]["value"] == "south"
            with pytest.raises(AssertionError, match="no option 'Sam Vos'"):
                anna.chooses(plan, "Driver", "Sam Vos")
            assert (await anna.searches(plan, "Driver", "Vos")).answer["options"]
            assert (await choose("Driver", "Sam Vos"))[0]["selected_option"]["value"] == "sam"
            assert len((await choose("days", ["North", "South"]))[0]["selected_options"]) == 2
            action, state = await choose("day", date(2026, 5, 3))
            assert (action["selected_date"], state["depot"]["selected_option"]["value"]) == ("2026-05-03", "south")
            await anna.presses(plan, "North")
            assert (await slack.until(lambda: heard))[-1][0]["selected_option"]["value"] == "north"
            with pytest.raises(AssertionError, match="no such"):
                anna.presses(plan, "West")
            assert slack.complaints == []

    with SlackEmulator(mode) as slack:
        run(work(slack))


def test_only_those_who_see_a_message_can_press_it() -> None:
    def prepare(app: AsyncApp) -> None:
        @app.action("press")
        async def pressed(ack: Any, body: Any, respond: Any) -> None:
            await ack()
            assert "message" not in body
            await respond(delete_original=True)
            await respond("Only you see this", response_type="ephemeral", replace_original=False)

    async def work(slack: SlackEmulator) -> None:
        anna, ben = slack.person("Anna Bakker"), slack.person("Ben Vos")
        north = slack.channel("north", anna, ben)
        async with serving(slack, prepare):
            blocks = [{"type": "actions", "elements": [button("Go")]}]
            await client(slack).chat_postEphemeral(channel=north.id, user=anna.id, text="Go?", blocks=blocks)
            shown = anna.ephemerals(north)[0]
            assert ben.ephemerals(north) == []
            with pytest.raises(AssertionError, match="do not see"):
                ben.presses(shown, "Go")
            await anna.presses(shown, "Go")
            await slack.until_posted(north, containing="Only you", to=anna)
            assert shown.deleted
            with pytest.raises(AssertionError, match="do not see"):
                anna.presses(shown, "Go")

    with SlackEmulator() as slack:
        run(work(slack))


def test_what_becomes_of_messages_is_told_too() -> None:
    async def work(slack: SlackEmulator) -> None:
        events: list[Any] = []

        def prepare(app: AsyncApp) -> None:
            @app.middleware
            async def note(body: Any, next: Any) -> None:
                events.append(body.get("event", {}))
                await next()

            for kind in ("message", "app_mention", "reaction_added", "member_joined_channel"):

                @app.event({"type": kind, "subtype": None} if kind == "message" else kind)
                async def heard() -> None:
                    """Only acknowledged."""

        anna = slack.person("Anna Bakker")
        deploys = slack.person("Deploys", bot=True)
        north, outside = slack.channel("north", anna, deploys), slack.channel("outside", anna, app=False)
        async with serving(slack, prepare):
            said = anna.mentions(north, "Good morning")
            reply = anna.says(north, "in a thread", thread=said)
            anna.edits(reply, "in the thread")
            anna.deletes(reply)
            anna.reacts(said, "eyes")
            anna.shares(north, "damage.png", b"\x89PNG", "Look")
            deploys.says(north, "Version 5 is out")
            assert anna.says(outside, "secret").deliveries == []
            joined = anna.invites_app(outside)
            assert joined is not None
            await slack.until_answered()
        told = [(one["type"], one.get("subtype")) for one in events if one]
        expected = [
            ("app_mention", None),
            ("message", None),
            ("message", None),
            ("message", "message_changed"),
            ("message", "message_deleted"),
            ("reaction_added", None),
            ("message", "file_share"),
            ("message", "bot_message"),
            ("member_joined_channel", None),
        ]
        assert sorted(told, key=str) == sorted(expected, key=str)
        replied = next(one for one in events if one.get("text") == "in a thread")
        assert (replied["thread_ts"], replied["parent_user_id"]) == (said.ts, anna.id)
        shared = next(one for one in events if one.get("subtype") == "file_share")
        assert shared["files"][0]["url_private_download"].endswith("/download/damage.png")

    with SlackEmulator() as slack:
        run(work(slack))
