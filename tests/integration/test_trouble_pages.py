"""What is wrong with a request is a page for who looks at one, and problem details for a program; both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database
from tests.site import Site, a_site

#: As browsers ask when somebody follows a link.
LOOKS = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"}


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Iterator[Site]:
    with a_site(database, tmp_path) as running:
        yield running


@pytest.mark.parametrize("path", ["/nothing/here", "/f/unknown", "/<script>alert(1)</script>", "/u/x/y"])
def test_an_address_with_nothing_at_it_is_a_page_that_leads_on(site, path):
    answer = site.http.get(path, headers=LOOKS)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "There is nothing here" in answer.text
    assert 'href="/chat"' in answer.text
    assert "<script>alert" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/orders/RM-1", "/webhooks/nothing"])
def test_programs_get_problem_details_even_in_a_browser(site, path):
    answer = site.http.get(path, headers=LOOKS)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    assert site.http.get("/nothing").headers["content-type"] == "application/problem+json"


def test_another_method_still_says_which_are_known(site):
    answer = site.http.delete("/chat", headers=LOOKS)
    assert answer.status_code == 405
    assert answer.headers["allow"]
    assert "Method Not Allowed" in answer.text


def test_too_long_a_message_of_a_form_is_answered_in_a_sentence(site):
    site.http.get("/chat")
    answer = site.http.post("/chat/messages", data={"message": "x" * 70_000}, headers=LOOKS)
    assert answer.status_code == 413
    assert "64 KB" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


def test_too_many_requests_say_when_to_come_back(database, tmp_path):
    with a_site(database, tmp_path, address_rate=1) as site:
        answers = [site.http.get("/u/guess", headers=LOOKS) for _ in range(3)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] == "10"
    assert "Wait a few seconds" in answers[-1].text


def renamed(database: Database, table: str, name: str) -> None:
    with database.writing() as session:
        session.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))


def test_what_breaks_is_a_page_without_details(site, database):
    renamed(database, "stored_file", "gone")
    try:
        answer = site.http.get(f"/f/{'x' * 22}", headers=LOOKS)
    finally:
        renamed(database, "gone", "stored_file")
    assert answer.status_code == 500
    assert "did not work" in answer.text
    assert "stored_file" not in answer.text
