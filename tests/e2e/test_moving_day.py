"""A simulated day that can be watched in a browser while it is played, and talked to."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browsing import Visitor
from tests.serving import ROOT

#: The day before is played first; on a busy machine that takes a while.
PATIENCE = 300_000


@pytest.fixture
def day(data_folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A day under way, and where it is served."""
    words = "simulate --orders 8 --drivers 1 --iterations 20 --speed 240 --from 08:30 --serve --port 0".split()
    environment = {**os.environ, "ROUNDSMAN_DATA_FOLDER": str(data_folder)}
    command = [sys.executable, "-m", "bot.cli", *words]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = ""
        while (found := re.search(r"Playground +(\S+)/playground", said)) is None:
            line = process.stdout.readline()
            assert line, said
            said += line
        try:
            yield process, found[1]
        finally:
            process.kill()


def test_the_day_can_be_watched_and_stopped(day: tuple[subprocess.Popen[str], str], browser: Browser):
    process, url = day
    with browser.new_context() as context:
        page = Visitor(url, context).opens("/playground/day").page
        page.wait_for_load_state()
        expect(page.locator(".plan-route")).to_have_count(1, timeout=PATIENCE)
        expect(page.locator(".plan-van")).to_be_visible(timeout=PATIENCE)
        page.goto(f"{url}/playground/drivers")
        page.locator("#people a").first.click()
        expect(page.locator(".wheel li")).not_to_have_count(0)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
