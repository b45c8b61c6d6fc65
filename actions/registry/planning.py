"""Plans and the schedules they are made by."""

from __future__ import annotations

from actions import morning, plan_pictures, planning, publishing, scheduling
from actions.desk import choosing_plans, mending, schedules
from actions.desk import plans as desk_plans
from actions.registry.row import DEPOT, DESK, OFFICE, SYSTEM, Registered, intent
from domain import commands as c
from domain.commands import Command

ROWS: dict[type[Command], Registered] = {
    c.PlanDay: Registered(
        planning.plan_day, DESK, intent("plan_routes"), resolve={**DEPOT, "day": choosing_plans.day_to_plan}
    ),
    c.StopRun: Registered(
        planning.stop_run, DESK, intent("stop_run"), resolve={"run": choosing_plans.which_run}
    ),
    c.KeepProgress: Registered(planning.keep_progress, SYSTEM),
    c.BeginRun: Registered(planning.begin_run, SYSTEM),
    c.FailRun: Registered(planning.fail_run, SYSTEM),
    c.AdoptPlan: Registered(planning.adopt_plan, SYSTEM),
    c.ShowPlan: Registered(
        desk_plans.show_plan, OFFICE, intent("show_routes"), resolve={"plan": choosing_plans.which_plan}, reads_only=True
    ),
    c.ComparePlans: Registered(
        desk_plans.compare_plans, OFFICE, intent("compare_plans"), resolve={"plan": choosing_plans.which_plan},
        reads_only=True,
    ),
    c.MendPlan: Registered(mending.mend_plan, DESK, intent("mend_plan"), confirm=mending.describe_mending),
    c.KeepPlanPicture: Registered(plan_pictures.keep_plan_picture, SYSTEM),
    c.PublishPlan: Registered(
        publishing.publish_plan, DESK, intent("publish_routes"), confirm=publishing.describe_publishing,
        resolve={"plan": choosing_plans.which_draft},
    ),
    c.TellPlanned: Registered(publishing.tell_planned, SYSTEM),
    c.DiscardPlan: Registered(
        publishing.discard_plan, DESK, intent("discard_plan"), confirm=publishing.describe_discarding,
        resolve={"plan": choosing_plans.which_draft},
    ),
    c.ChangeSchedule: Registered(
        schedules.change_schedule, DESK,
        {
            "set_schedule": {}, "pause_schedule": {"what": "pause"}, "resume_schedule": {"what": "resume"},
            "close_day": {"what": "close"}, "open_day": {"what": "open"},
        },
        confirm=schedules.describe_changing, resolve={**DEPOT, "what": schedules.what_is_missing},
    ),
    c.ShowSchedule: Registered(scheduling.show_schedule, OFFICE, intent("show_schedule"), resolve=DEPOT, reads_only=True),
    c.SetSchedule: Registered(scheduling.set_schedule, DESK),
    c.PauseSchedule: Registered(scheduling.pause_schedule, DESK),
    c.CloseCutoff: Registered(scheduling.close_cutoff, DESK),
    c.TakeUpDue: Registered(scheduling.take_up_due, SYSTEM),
    c.EndScheduled: Registered(scheduling.end_scheduled, SYSTEM),
    c.ForgetScheduled: Registered(scheduling.forget_scheduled, SYSTEM),
    c.RunMorningCheck: Registered(morning.run_morning_check, DESK),
    c.CheckStarts: Registered(morning.check_starts, SYSTEM),
}  # fmt: skip
