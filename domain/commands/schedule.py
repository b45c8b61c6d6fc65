"""What the program does by itself: taking up what is due, doing it, and what staff set about it."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, ValidationError, field_validator, model_validator

from domain.commands.base import Command, Day, DepotName, Given, Slot
from domain.commands.deliveries import FileId
from domain.commands.setup import Code, Weekday
from domain.scheduling import Job

RunKey = Annotated[str, StringConstraints(min_length=1, max_length=200)]
State = Literal["done", "failed", "missed"]
Period = Annotated[str, StringConstraints(pattern=r"^\d{4}-(\d{2}-\d{2}|W\d{2})$")]


class TakeUpDue(Command):
    """Write down what of a depot's schedule has become due since it was last looked at, and want it done."""

    depot: Code


class EndScheduled(Command):
    """What was due at a moment is over: done, failed or missed; ``detail`` what came of it, or why not."""

    run: RunKey
    due_at: AwareDatetime
    state: State = "done"
    detail: dict[str, Any] = Field(default_factory=dict)


class ForgetScheduled(Command):
    """Forget what was due long ago."""


class CloseCutoff(Command):
    """The orders for the next open day after ``day`` are complete: count them."""

    depot: Code
    day: date


class RunMorningCheck(Command):
    """Look whether a depot's day can begin: orders on no route, vehicles out of service, drivers who are late."""

    depot: Code


class CheckStarts(Command):
    """Look whether all drivers whose routes should have begun have started their shift."""

    depot: Code


class MakeReport(Command):
    """Put a day (2026-05-04) or a week (2026-W19) of a depot into figures; one that is there is made anew.

    With ``send`` it goes to staff and to whom the settings name, once; with ``morning`` a day goes to staff again, with
    what the next one brings.
    """

    depot: Code
    kind: Literal["daily", "weekly"]
    period: Period
    send: bool = False
    morning: bool = False

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        weekly = self.kind == "weekly"
        try:
            date.fromisoformat(f"{self.period}-1" if weekly else self.period)
        except ValueError:
            right = False
        else:
            right = weekly == ("W" in self.period)
        if not right:
            raise ValueError(f'"{self.period}" is no {"week" if weekly else "day"}')
        return self


class TellReport(Command):
    """Tell staff a report with its picture, which is there now."""

    report: int
    part: Literal["morning", "evening", "weekly"]
    file: FileId
    path: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    size: Annotated[int, Field(ge=0)]


class PlanOptions(Given):
    """What a day is planned with by itself, as in `PlanDay`; None: as usual."""

    seconds: Annotated[int, Field(ge=1, le=3_600)] | None = None
    iterations: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    engine: Literal["hybrid", "ortools", "pyvrp"] | None = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    balance: bool | None = None


class PublishOptions(Given):
    """Whether what changed since a draft was made is left out (as usual), or keeps it from being published."""

    leave_out_changed: bool | None = None


class CheckOptions(Given):
    """So many minutes before the first route starts the day is looked at, where one does."""

    before_start: Annotated[int, Field(ge=0, le=720)] | None = None


#: Jobs that have values of their own.
OPTIONS: dict[Job, type[Given]] = {
    Job.PLAN_DAY: PlanOptions, Job.PUBLISH: PublishOptions, Job.MORNING_CHECK: CheckOptions
}  # fmt: skip


class SetSchedule(Command):
    """Change when a job of a depot is done; what is not said stays as it is. ``options`` are added to those there are."""

    depot: Code
    job: Job
    at: time | None = None
    every: Annotated[int, Field(ge=1, le=1_440)] | None = None
    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1)] | None = None
    enabled: bool | None = None
    options: dict[str, int | bool | str | None] = Field(default_factory=dict, max_length=20)

    @field_validator("at")
    @classmethod
    def _local(cls, value: time | None) -> time | None:
        if value is not None and (value.tzinfo is not None or value.second or value.microsecond):
            raise ValueError("is local time in hours and minutes, without a zone; write it like 18:00")
        return value

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.at is not None and self.every is not None:
            raise ValueError("give either at or every")
        return self

    @model_validator(mode="after")
    def _possible(self) -> Self:
        kind = OPTIONS.get(self.job, Given)
        try:
            kind.model_validate(self.options)
        except ValidationError as error:
            name = error.errors()[0]["loc"][0]
            known = ", ".join(kind.model_fields) or "none"
            raise ValueError(f"{name} cannot be that for {self.job}; its options are: {known}") from error
        return self


class PauseSchedule(Command):
    """Begin nothing of a job, or (None) of all jobs of a depot, until a moment; None: go on at once."""

    depot: Code
    job: Job | None = None
    until: AwareDatetime | None = None


class ChangeSchedule(Command):
    """What staff say about a schedule: set when a job is done, switch it on or off, pause it, go on, or close a depot.

    A ``day`` is left out (pause) or has no deliveries (close, until it is open again); ``through`` says that a pause lasts
    until the beginning of that day.
    """

    depot: DepotName
    what: Annotated[Literal["set", "on", "off", "pause", "resume", "close", "open"], Slot(reader="schedule_wish")] = (
        "set"
    )
    job: Annotated[Job, Slot(reader="schedule_job", answer="schedule_job")] | None = None
    at: Annotated[time, Slot(reader="schedule_time", answer="schedule_time")] | None = None
    every: Annotated[int, Slot(reader="schedule_every"), Field(ge=1, le=1_440)] | None = None
    weekdays: Annotated[tuple[Weekday, ...], Slot(reader="schedule_days"), Field(min_length=1)] | None = None
    day: Day | None = None
    through: Annotated[bool, Slot(reader="says_until")] = False


class ShowSchedule(Command):
    """What a depot's schedule is, and when each job is due next."""

    depot: DepotName
