"""What a driver only tells of is no report."""

from __future__ import annotations

import pytest

from domain.dialogue import Dialogue
from domain.moment import Role
from tests.dialogues import current, say
from tests.meanings import heard


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("yesterday i had two refused and a puncture", "failed_delivery"), ("last week somebody hit my van here", "report_incident"),
        ("ayer me rechazaron tres, qué día", "failed_delivery"), ("la semana pasada pinché dos veces", "report_incident"),
        ("yesterday nobody was home, drove back twice", "failed_delivery"), ("ayer no había nadie, volví dos veces", "failed_delivery"),
        ("last time it was closed, nobody answered", "failed_delivery"), ("not taking a break", "start_break"),
        ("no break now, i want to finish", "start_break"), ("no break for me so i can finish early", "start_break"),
        ("once delivered", "delivered"), ("que lo entregue otro", "delivered"), ("cuando esté entregado aviso", "delivered"),
        ("quiere que sea entregado mañana", "delivered"), ("he asked to have it delivered on friday", "delivered"),
        ("no break for me today", "start_break"), ("hoy sin descanso, quiero acabar pronto", "start_break"),
    ],
)  # fmt: skip
def test_what_befell_a_driver_another_day_is_told_and_nothing_is_done(text, intent):
    step = say(Dialogue(), heard(text, intent), Role.DRIVER)
    assert (step.said, step.dialogue.current) == ("puzzled", None)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("nobody home, same as yesterday", "failed_delivery"), ("he refused it yesterday and again today", "failed_delivery"),
        ("nobody at mill lane, the lady left yesterday", "failed_delivery"),
        ("refused, he says he cancelled it yesterday", "failed_delivery"), ("no longer here, she moved out last week", "failed_delivery"), ("rechazado, como ayer", "failed_delivery"),
        ("last time nobody was in, nobody home", "failed_delivery"), ("ayer tampoco había nadie, no abre", "failed_delivery"),
        ("last week they were away, still nobody", "failed_delivery"), ("ayer me abrió la vecina, hoy nadie", "failed_delivery"),
        ("i won't get a break later so taking my break", "start_break"), ("no break since 8, taking it", "start_break"),
        ("no break yet, having it", "start_break"), ("llevo sin descanso desde las 8, paro", "start_break"),
        ("delivered, he wants the other one to be delivered later", "delivered"), ("ya está entregado", "delivered"),
        ("entregado, que lo entregue otro el siguiente", "delivered"), ("delivered when he got back", "delivered"),
        ("taking my break", "start_break"), ("no puedo más, descanso", "start_break"),
    ],
)  # fmt: skip
def test_what_is_said_of_now_is_a_report(text, intent):
    assert current(say(Dialogue(), heard(text, intent), Role.DRIVER)).command in {
        "FailDelivery",
        "StartBreak",
        "Deliver",
    }
