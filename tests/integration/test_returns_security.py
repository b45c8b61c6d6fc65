"""What is somebody else's does not exist: whoever names it hears what is said of what never was."""

from __future__ import annotations

import pytest

from storage.database import Database
from tests.builders import a_customer, a_return, an_order, business, return_policy
from tests.talking import Talk


@pytest.mark.parametrize("intent", ["track_return", "start_return"])
def test_a_number_that_is_guessed_is_answered_as_one_that_never_was(database: Database, intent: str) -> None:
    with database.writing() as session:
        shop = business(session)
        return_policy(session)
        number = a_return(session, an_order(session, shop, status="delivered")).number
        stranger = a_customer(session, name="Ben Stone", email="ben@example.com", phone="+4930555111").id
    answers = []
    for named in (number, "RET-9999"):
        talk = Talk(database, stranger)
        names = talk.say(f"where is {named}", intent, return_number=named)
        facts = str([each.facts for each in talk.shown]).replace(named, "RET-0")
        answers.append((names, facts))
    assert answers[0] == answers[1]
    assert "Kettle" not in answers[0][1]
