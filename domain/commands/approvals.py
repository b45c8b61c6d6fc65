"""What a second person must approve, and the first page of the desk."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from domain.commands.base import Command, Slot

ApprovalReference = Annotated[str, Slot(reader="approval_reference"), StringConstraints(pattern=r"^A-\d{4,9}$")]


class ShowApprovals(Command):
    """What waits to be approved."""


class Approve(Command):
    """Do what somebody else asked for."""

    approval: ApprovalReference


class Reject(Command):
    """Do not do what somebody else asked for."""

    approval: ApprovalReference


class ShowHome(Command):
    """My exceptions, my approvals, today's numbers."""
