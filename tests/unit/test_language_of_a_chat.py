"""Which language a chat goes on in: what was wished for, else what is written; a wish is that of whoever writes there."""

from __future__ import annotations

from domain.conversations import Conversation
from tests.builders import NOW


def chat(**values: object) -> Conversation:
    return Conversation(channel="sms", address="+4930901820", created_at=NOW, last_at=NOW, **values)


def test_a_wish_holds_whatever_is_written_and_when_they_become_known():
    talk = chat()
    talk.speak("en")
    talk.bind(7)
    talk.hear_in("es", in_passing=False)
    assert talk.language == "en"


def test_the_wish_of_somebody_else_holds_no_longer():
    household, phone = chat(customer_id=7), chat(role="driver", driver_id=3)
    for each in (household, phone):
        each.speak("en")
    household.bind(8)
    phone.bind_driver(4)
    for each in (household, phone):
        each.hear_in("es", in_passing=False)
        assert each.language == "es"


def test_a_driver_who_talks_elsewhere_takes_the_wish_along():
    talk = chat(role="driver", driver_id=3)
    talk.speak("en")
    talk.release_driver()
    talk.hear_in("es", in_passing=False)
    assert talk.language == "es"
