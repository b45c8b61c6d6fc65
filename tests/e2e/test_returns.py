"""Returns over the whole chain, by real chats: asked for in Telegram, taken in and decided in Slack, paid back at Stripe.

Everybody talks to one running program through emulators of Telegram, Slack and Stripe's refund API; its time is moved on where
days have to pass. What our own driver collects is in `test_returns_road`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.returns_world import WORLDS, Chain, opened


@pytest.fixture(scope="module", params=WORLDS, ids=["-".join(each) for each in WORLDS])
def chain(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, trained: Path) -> Iterator[Chain]:
    yield from opened(request, tmp_path_factory, trained)


def test_faulty_goods_are_approved_taken_in_and_paid_back(chain):
    anna, order, payment = chain.customer("Anna")
    anna.sends("the kettle stopped working, I want my money back")
    approved = chain.hears(anna, "is approved")
    assert "What does not work can come back within 90 days" in approved.text
    chain.presses(anna, "I bring it to you")
    chain.hears(anna, "Bring return")
    made = chain.the_return(order)
    tom = chain.colleague("Tom Zzstaff", "warehouse")
    tom.tells(f"{made.number} is on the dock")
    taken = chain.slack.until_posted(tom.direct, containing=made.number).wait()
    tom.presses(taken, "All as the customer said").wait()
    chain.pays_back(payment, 3_990)
    chain.hears(anna, "given you back €39.90")


def test_a_rejection_says_its_rule_and_a_person_looks_again(chain):
    bea, order, _ = chain.customer("Bea", days=120)
    bea.sends("I changed my mind about the kettle, it is unopened. I want to return it")
    chain.hears(bea, "Returns are possible within 90 days; today is day 120")
    chain.presses(bea, "Ask a person")
    chain.hears(bea, "What shall I pass on?")
    bea.sends("I was in hospital for three months")
    chain.hears(bea, "A person decides about this now")
    mira = chain.colleague("Mira Zzstaff", "manager")
    made = chain.the_return(order)
    assert (made.status, made.appeal_of is not None) == ("review", True)
    mira.tells(f"approve {made.number}")
    chain.hears(bea, "is approved")
    assert chain.the_return(order).decided_by == "person"


def test_staff_reject_with_a_reason_and_after_an_appeal_for_good(chain):
    cleo, order, _ = chain.customer("Cleo", days=40)
    cleo.sends("I no longer want the kettle, I want to send it back")
    chain.presses(cleo, "Opened or used")
    chain.hears(cleo, "A person looks at return")
    first = chain.the_return(order)
    nora = chain.colleague("Nora Zzstaff", "dispatcher")
    nora.tells(f"reject {first.number} because it was used for months")
    chain.hears(cleo, f"We cannot take this back (return {first.number})", "it was used for months")
    chain.presses(cleo, "Ask a person")
    chain.hears(cleo, "What shall I pass on?")
    cleo.sends("I have used it once, and it smelled of plastic")
    chain.hears(cleo, "A person decides about this now")
    second = chain.the_return(order)
    assert (second.appeal_of, second.status) == (first.number, "review")
    nora.tells(f"reject {second.number} because it has limescale in it")
    final = chain.hears(cleo, f"return {second.number}", "limescale", "This decision is final.")
    assert "Ask a person" not in [each.text for each in final.buttons]
    assert chain.the_return(order).status == "rejected"


def test_two_of_three_pieces_come_back_and_one_of_them_counts(chain):
    """Of €119.70 with €9.70 off, and €4.90 for the delivery: the first piece back is a third of €110.00, rounded down."""
    prices = {"discount": 970, "carriage": 490, "total": 11_490}
    dora, order, payment = chain.customer("Dora", ("SKU-1", 3), days=5, **prices)
    dora.sends("I want to return two of the kettles, unopened, I do not need them any more")
    chain.hears(dora, "is approved", "2 × Kettle")
    chain.presses(dora, "Money back")
    chain.presses(dora, "I bring it to you")
    chain.hears(dora, "Bring return")
    made = chain.the_return(order)
    tom, mira = chain.colleague("Till Zzstaff", "warehouse"), chain.colleague("Maja Zzstaff", "manager")
    room = chain.room("inspections", tom, mira)
    tom.tells(f"{made.number} is on the dock")
    asked = chain.slack.until_posted(tom.direct, containing=made.number).wait()
    tom.presses(asked, "Damaged").wait()
    chain.hears(dora, f"Return {made.number} is here.")
    card = chain.slack.until_posted(room, containing=f"Of return {made.number} something else was found").wait()
    mira.presses(card, "So many pieces …").wait()
    form = chain.slack.until_modal(mira, containing="What counts").wait()
    mira.submits(form, {"Pieces": "1", "Reason": "One has a broken lid"}).wait()
    told = chain.hears(dora, f"for return {made.number}", "Not all of it counted: One has a broken lid.")
    chain.pays_back(payment, 3_666)
    assert "€36.66" in told.text
    assert chain.the_return(order).status == "refunded"


def test_what_is_not_sent_in_time_ends_after_two_reminders(chain):
    emil, order, payment = chain.customer("Emil")
    emil.sends("the kettle stopped working, I want my money back")
    approved = chain.hears(emil, "is approved")
    made = chain.the_return(order)
    last_day = re.findall(r"has to be on its way by (\w+ \d+ \w+)", approved.text)[0]
    days = (made.expires_on - chain.today).days
    chain.goes_to(9, days=days - 3)
    chain.hears(emil, f"Return {made.number} has to be on its way by {last_day}, or it ends.")
    chain.goes_to(9, days=2)
    chain.hears(emil, f"Return {made.number} has to be on its way by tomorrow, {last_day}, or it ends.")
    chain.goes_to(20, days=1)
    assert chain.the_return(order).status == "approved"
    chain.goes_to(9, days=1)
    chain.hears(emil, f"Return {made.number} was not sent in time, so it has ended.")
    assert chain.the_return(order).status == "expired"
    assert chain.stripe.given_back(payment) == 0
    chain.presses(emil, "Send something back", under="so it has ended")
    chain.presses(emil, "It does not work")
    chain.hears(emil, "is approved", "today is day 15")
