"""What was not surely understood is labelled in Slack: by button, and in a form with the example as it shall be learnt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from domain.learning import Utterance
from tests.e2e.slack_world import WORLDS, World, opened


@pytest.fixture(scope="module", params=WORLDS, ids=["-".join(each) for each in WORLDS])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, trained: Path) -> Iterator[World]:
    yield from opened(request, tmp_path_factory, trained)


def labels(world: World) -> list[tuple[str, str | None, str]]:
    with world.books() as (session, _):
        rows = session.scalars(select(Utterance).order_by(Utterance.__table__.c.id)).all()
        return [(each.status, each.intent, each.example) for each in rows]


def test_a_manager_labels_what_customers_said(world):
    mia, mira = world.staff("Mia Zzlearns"), world.staff("Mira Zzlearns", "manager")
    with httpx.Client(base_url=world.serving.url, follow_redirects=True) as page:
        page.get("/chat")
        for n, words in enumerate(
            ("do you sing at weddings and play football Mr Adeyemi", "recite me a poem about the moon")
        ):
            page.post("/chat/messages", data={"message": words, "message_id": f"learn-{n}" + "a" * 8})
            world.slack.until(lambda n=n: len(labels(world)) > n or None).wait()
    kept = [example for _, _, example in labels(world)]
    assert not [each for each in kept if "Adeyemi" in each]

    mia.runs(mia.direct, "/rounds review messages").wait()
    world.slack.until_posted(mia.direct, containing="manager").wait()
    mira.runs(mira.direct, "/rounds review messages").wait()
    first = world.slack.until_posted(mira.direct, containing="weddings").wait()
    assert "customer" in first.words
    mira.presses(first, "out of scope").wait()
    second = world.slack.until_posted(mira.direct, containing="poem", after=first).wait()
    mira.presses(second, "Something else …").wait()
    form = world.slack.until_modal(mira, containing="What does it mean?").wait()
    mira.submits(form, {"It means": "report problem", "Example": "my [kettle](product is broken"}).wait()
    world.slack.until(lambda: "not closed" in str(form.errors) or None).wait()
    mira.submits(form, {"It means": "report problem", "Example": "my [kettle](product) is broken"}).wait()
    world.slack.until_posted(mira.direct, containing="means report problem", after=second).wait()
    assert labels(world) == [
        ("accepted", "out_of_scope", kept[0]),
        ("accepted", "report_problem", "my [kettle](product) is broken"),
    ]
