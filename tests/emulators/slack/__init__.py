"""A Slack workspace of a test's own: real HTTP and WebSockets on a free port, people to play, scripted failures.

slack_sdk and slack-bolt run against it unmodified, in the test's own loop or in another process::

    with SlackEmulator("http") as slack:                      # or "socket"
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
        app = AsyncApp(client=client, signing_secret=slack.signing_secret)
        …                                                     # served at some address
        slack.deliver_to("http://127.0.0.1:…/slack/events")
        anna = slack.person("Anna Bakker", email="anna@example.com")
        north = slack.channel("north", anna)
        await anna.runs(north, "/rounds plan tomorrow")       # a Delivery: .seconds, .status, .answer, .error
        plan = await slack.until_posted(north, containing="12 routes")
        await anna.presses(plan, "Publish")
        form = await slack.until_modal(anna)
        sent = await anna.submits(form, {"Reason": "Rain", "Day": date(2026, 5, 1)})
        assert slack.complaints == []

Whatever can be awaited can be waited for in a thread too: ``anna.runs(…).wait()``, ``slack.until_posted(…).wait()``.
Blocks, views and manifests can be checked alone: ``faults_of_message(blocks)``, ``faults_of_view(view)``,
``faults_of_manifest(manifest)``. ``slack.install(manifest, base)`` lets the app do only what its manifest asks for.

Protocol: https://docs.slack.dev/reference/methods, https://docs.slack.dev/reference/block-kit.
"""

from tests.emulators.slack.blocks import faults_of_message, faults_of_view
from tests.emulators.slack.emulator import SlackEmulator
from tests.emulators.slack.manifest import faults_of_manifest
from tests.emulators.slack.person import Person
from tests.emulators.slack.records import Call, Delivery, File, Message, Trouble, View
from tests.emulators.slack.state import Place

__all__ = [
    "Call",
    "Delivery",
    "File",
    "Message",
    "Person",
    "Place",
    "SlackEmulator",
    "Trouble",
    "View",
    "faults_of_manifest",
    "faults_of_message",
    "faults_of_view",
]
