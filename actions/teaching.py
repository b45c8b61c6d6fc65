"""What can be learnt from examples: the intents that somebody can mean in words."""

from __future__ import annotations

from functools import cache

from domain.meaning import OUT_OF_SCOPE
from domain.moment import Role

#: Reached by slash, button, payload or link alone; no examples are given for them.
NOT_TAUGHT = frozenset(
    """
    activate_return_policy answer_chat appeal_return ask_about_return ask_numbers ask_phrase bind_chat
    cancel_return change_order_address choose_language choose_resolution choose_way close_chat close_day compare_plans
    create_return_rule decide_inspection delete_return_rule delivered_part depart discard_plan
    draft_return_policy driver_code drop_return_policy edit_return_rule finish_repair hand_case if_nobody_in insert_stop
    label_message lock_stop mark_fraud mend_plan open_day open_return_card own_case pause_schedule
    receive_return receive_unknown record_refund redeem_credit reject_message remove_staff remove_stop
    reopen_return replan_rest resolve_case resume_schedule return_vehicle reverse_redemption review_messages
    save_numbers set_role set_target settle_return share_location share_photo show_approvals show_board
    show_case show_contact show_credit show_home show_order show_return_policy show_return_rule
    show_route_card show_staff sign_off snooze_case split_route start_messages stop_run take_back_chat
    tell_driver try_return_policy turn_down undo_last unlock_stop unmark_fraud unreadable use_room who_did
    write_customer
    """.split()
)
#: Whoever writes, as the engine takes them, and a role that can do all of what they can.
_ROLES = {"customer": Role.CUSTOMER, "driver": Role.DRIVER, "staff": Role.ADMIN}

AUDIENCES = tuple(_ROLES)


@cache
def intents_of(audience: str) -> tuple[str, ...]:
    """What somebody of that audience can mean in words, sorted; what is out of scope last."""
    from actions.catalogue import catalogue  # the table has handlers in it that ask for this

    return (*sorted(set(catalogue(_ROLES[audience])) - NOT_TAUGHT), OUT_OF_SCOPE)
