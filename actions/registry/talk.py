"""Talk itself: small talk, who is spoken with, what is sent to whom, and what messages mean."""

from __future__ import annotations

from actions import channels, clarifying, handover, learning, messages, privacy, silence, talk
from actions.desk import talk as desk_talk
from actions.driving import joining
from actions.registry.row import ALL, CASE, CHAT, DESK, DRIVING, ORDER, SYSTEM, Registered, intent
from domain import commands as c
from domain.commands import Command
from domain.moment import DECIDING, STAFF

BOTH = CHAT | DRIVING
#: Who says what messages mean.
TEACHING = DECIDING | SYSTEM
SAY = {"words": handover.what_to_say}

#: Customer wishes a person answers until they are built; a test lists them.
NOT_BUILT_YET: tuple[str, ...] = ()
#: Wishes of staff that are told to be not there yet; a test lists them.
NOT_YET_FOR_STAFF = (
    "outsource_delivery",
    "low_stock", "create_purchase_order", "approve_purchase_order", "receive_purchase_order", "purchase_order_status",
    "forecast_demand", "quarantine_stock",
)  # fmt: skip

ROWS: dict[type[Command], Registered] = {
    c.Greet: Registered(talk.greet, ALL, intent("greet"), reads_only=True),
    c.SayGoodbye: Registered(talk.say_goodbye, ALL, intent("goodbye"), reads_only=True),
    c.Thank: Registered(talk.thank, ALL, intent("thank"), reads_only=True),
    c.Acknowledge: Registered(talk.acknowledge, ALL, intent("affirm") | intent("deny"), reads_only=True),
    c.Unreadable: Registered(talk.unreadable, ALL, intent("unreadable"), reads_only=True),
    c.Help: Registered(talk.help_, ALL, intent("help"), reads_only=True),
    c.AskIfNobodyIn: Registered(talk.ask_if_nobody_in, CHAT, intent("if_nobody_in"), reads_only=True),
    c.StopMessages: Registered(talk.stop_messages, CHAT, intent("stop")),
    c.StartMessages: Registered(talk.start_messages, BOTH, intent("start_messages")),
    c.ChooseLanguage: Registered(
        messages.choose_language, ALL, intent("choose_language"), resolve={"language": messages.which_language}
    ),
    c.AskPerson: Registered(
        talk.ask_person, CHAT,
        {name: {"topic": name} for name in ("talk_to_human", *NOT_BUILT_YET)},
    ),
    c.AskBack: Registered(
        clarifying.ask_back, ALL, resolve={"wish": clarifying.which_wish}, reads_only=True, instead=clarifying.chosen
    ),
    c.AskPhrase: Registered(desk_talk.ask_phrase, STAFF, intent("ask_phrase"), reads_only=True),
    c.AskNotYet: Registered(
        desk_talk.ask_not_yet, STAFF, {name: {"topic": name} for name in NOT_YET_FOR_STAFF}, reads_only=True
    ),
    c.SetMessages: Registered(
        messages.set_messages, CHAT, intent("notification_settings"), resolve={"channel": messages.what_to_set}
    ),
    c.AskPrivacy: Registered(
        privacy.ask_privacy, CHAT, intent("privacy_request"), confirm=privacy.describe_privacy,
    ),
    c.RecordExport: Registered(privacy.record_export, SYSTEM),
    c.BindChat: Registered(talk.bind_chat, BOTH, intent("bind_chat"), confirm=joining.describe_joining),
    c.TakeBackChat: Registered(handover.take_back_chat, CHAT, intent("take_back_chat")),
    c.WriteCustomer: Registered(handover.write_customer, DESK, intent("write_customer"), resolve={**ORDER, **SAY}),
    c.AnswerChat: Registered(handover.answer_chat, DESK, intent("answer_chat"), resolve={**CASE, **SAY}),
    c.CloseChat: Registered(handover.close_chat, DESK, intent("close_chat"), resolve=CASE),
    c.AskSilent: Registered(silence.ask_silent, SYSTEM),
    c.LoseChannel: Registered(channels.lose_channel, SYSTEM),
    c.RegainChannel: Registered(channels.regain_channel, SYSTEM),
    c.ReviewMessages: Registered(learning.review_messages, TEACHING, intent("review_messages"), reads_only=True),
    c.LabelMessage: Registered(
        learning.label_message, TEACHING, intent("label_message"), form=True, prefill=learning.shown_in_form,
    ),
    c.RejectMessage: Registered(learning.reject_message, TEACHING, intent("reject_message")),
}  # fmt: skip
