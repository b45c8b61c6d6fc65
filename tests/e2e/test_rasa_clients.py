"""Rasa's own clients talk to our REST channel: what `rasa shell` sends to a server, in one piece and streamed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from bot.rasa.environment import NoRasa
from tests.needs import missing, rasa
from tests.serving import serve

#: Runs in Rasa's environment: says the arguments one after the other, and prints the replies as JSON lines.
CLIENT = """
import asyncio, json, sys
from rasa.core.channels import console

async def talk(url, *messages):
    for message in messages:
        print(json.dumps(await console.send_message_receive_block(url, "none", "shell-1", message)))
        streamed = console._send_message_receive_stream(url, "none", "shell-2", message)
        print(json.dumps([reply async for reply in streamed]))

asyncio.run(talk(*sys.argv[1:]))
"""


def test_what_rasa_shell_sends_is_answered_whole_and_streamed(data_folder: Path):
    try:
        python = rasa() / "python"
    except NoRasa as reason:
        missing("rasa", reason)
    with serve(data_folder, {"ROUNDSMAN_ENCODER": "none"}) as serving:
        command = [
            str(python),
            "-W",
            "ignore",
            "-c",
            CLIENT,
            serving.url,
            "hello",
            '/track_order{"order_number": "RM-1"}',
        ]
        said = subprocess.run(command, capture_output=True, check=True, timeout=120).stdout.decode()
    greeted, greeted_streamed, asked, asked_streamed = (json.loads(line) for line in said.splitlines())
    assert [each["text"] for each in greeted] == [each["text"] for each in greeted_streamed] != []
    assert [each["text"] for each in asked] == [each["text"] for each in asked_streamed] != []
    assert {each["recipient_id"] for each in greeted} == {"shell-1"}
    assert greeted[-1]["buttons"][0].keys() == {"title", "payload"}
