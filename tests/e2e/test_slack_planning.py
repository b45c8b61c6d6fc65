"""A day is planned in Slack: one message that tells how far the search is, is stopped, shows the plan and publishes it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.desk.choosing_plans import next_open
from storage.database import Database
from storage.schema import migrate
from tests.builders import a_staff_member, business
from tests.e2e.slack_world import environment, install
from tests.emulators.slack import SlackEmulator
from tests.planning import a_driver, a_van, some_orders
from tests.serving import serve


@pytest.mark.parametrize("mode", ["http", "socket"])
def test_a_day_is_planned_stopped_and_published_in_slack(tmp_path: Path, trained: Path, mode: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(trained, folder / "nlu")
    database = Database(f"sqlite:///{folder / 'roundsman.db'}")
    migrate(database)
    with database.writing() as session:
        shop = business(session, stock=500)
        a_driver(session, shop, "Ines", a_van(session, shop))
        tomorrow = next_open(shop.depot, datetime.now(UTC).astimezone(shop.depot.tz).date())
        some_orders(session, shop, 5, day=tomorrow)
    with SlackEmulator(mode, echoes=True) as slack:
        mia = slack.person("Mia Zzstaff")
        a_staff_member(database, "Mia Zzstaff", "dispatcher", mia.id)
        with serve(folder, environment(slack, mia)) as serving:
            install(slack, serving.url)
            mia.tells(f"plan the routes for {tomorrow:%d %B} at the north depot")
            card = slack.until_posted(mia.direct, containing="Run 1").wait()
            slack.until(lambda: "Best so far costs" in card.words).wait()
            assert "of 60 seconds" in card.words
            mia.presses(card, "Stop and take the best").wait()
            slack.until(lambda: "plan 1: draft" in card.words).wait()
            mia.presses(card, "See the plan").wait()
            plan = slack.until_posted(mia.direct, containing="R-1").wait()
            assert "Ines" in plan.words
            slack.until(lambda: any(one.name.endswith(".png") for one in slack.files), timeout=20).wait()
            mia.presses(card, "Publish").wait()
            asked = slack.until_posted(mia.direct, containing="5 customers are told").wait()
            mia.presses(asked, "Yes").wait()
            slack.until(lambda: "plan 1: published" in card.words).wait()
            slack.until(lambda: "published" in plan.words).wait()
        assert slack.complaints == []
    database.close()
