"""Runs migrations on the connection it is given."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON
from sqlmodel.sql.sqltypes import AutoString

from domain.columns import UtcDateTime
from storage.schema import METADATA


def render_item(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Write our column types in SQLAlchemy's own words, so that migrations do not change when ours do."""
    if kind == "type" and isinstance(thing, AutoString):
        return "sa.String()"
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, JSON):
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
