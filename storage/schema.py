"""All tables in one place, and the migrations that lead to them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlmodel import SQLModel

from domain import (
    approvals,
    cases,
    conversations,
    customers,
    deliveries,
    depots,
    driving,
    events,
    fleet,
    kpis,
    learning,
    orders,
    plans,
    refunds,
    returns,
    routes,
    schedules,
    staff,
    stock,
)
from domain.return_policy import versions as return_policies
from domain.travel import visits
from storage import inbox, jobs, keys, leases, outbox, travel, webhooks
from storage.database import Database

#: The modules that declare tables; importing them is what fills the metadata.
DECLARING = (
    approvals, cases, conversations, customers, deliveries, depots, driving, events, fleet, kpis, learning, orders, plans, refunds, return_policies,
    returns, routes, schedules, staff, stock, inbox, jobs, keys, leases, outbox, travel, visits, webhooks,
)  # fmt: skip
METADATA = SQLModel.metadata
_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database: Database) -> None:
    """Bring the database to the newest schema; nothing to do when it is there already."""
    if is_migrated(database):
        return
    with database.migrating() as connection:
        command.upgrade(_config(connection), "head")


def is_migrated(database: Database) -> bool:
    """Whether the database has the newest schema."""
    with database.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_heads()
    return frozenset(present) == _newest()


@cache
def _newest() -> frozenset[str]:
    """What the migrations lead to; they do not change while the program runs."""
    return frozenset(ScriptDirectory.from_config(_config()).get_heads())


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config
