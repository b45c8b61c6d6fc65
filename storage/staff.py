"""Queries for staff."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import func, select
from sqlmodel import Session

from domain.staff import Staff

_staff = Staff.__table__  # type: ignore[attr-defined]


class People:
    """Queries for staff."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, staff_id: int) -> Staff | None:
        """The person of that number, whether or not they still work here."""
        return self._session.get(Staff, staff_id)

    def of_slack(self, slack_id: str) -> Staff | None:
        """Who a user of the workspace is, whether or not they still work here."""
        return self._session.scalars(select(Staff).where(_staff.c.slack_id == slack_id)).first()

    def all(self) -> Sequence[Staff]:
        """Everybody who works here, by name."""
        return self._session.scalars(select(Staff).where(_staff.c.active).order_by(_staff.c.name, _staff.c.id)).all()

    def in_roles(self, roles: Collection[str]) -> Sequence[Staff]:
        """Everybody who works here in one of the roles, by name."""
        query = select(Staff).where(_staff.c.active, _staff.c.role.in_(list(roles)))
        return self._session.scalars(query.order_by(_staff.c.name, _staff.c.id)).all()

    def named(self, name: str) -> Sequence[Staff]:
        """Everybody who works here under that name, in whatever case."""
        query = select(Staff).where(_staff.c.active, func.lower(_staff.c.name) == name.lower())
        return self._session.scalars(query.order_by(_staff.c.id)).all()

    def names(self, ids: Iterable[int]) -> dict[int, str]:
        """What people are called, by number; of those who left too."""
        rows = self._session.execute(select(_staff.c.id, _staff.c.name).where(_staff.c.id.in_(list(ids))))
        return {row.id: row.name for row in rows}
