"""The demo's returns held against its policy by the evaluator of the tests, which shares no code with the program's."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session

from bot.demo.load import load
from bot.files import Files
from bot.settings import Settings
from storage.database import Database
from storage.schema import migrate
from tests.bench.figures import Figure
from tests.evaluator import verdict

_BERLIN = ZoneInfo("Europe/Berlin")
_NOW, _SEEDS = datetime(2026, 11, 24, 13, 20, tzinfo=UTC), range(1, 6)
_LINES = """
SELECT r.number, r.created_at, r.decided_by, r.gift, r.channel, r.customer_id, l.id AS line, l.sku, l.quantity, l.unit_price,
       l.reason, l.opened, l.photos, l.outcome, l.rule, p.category, p.tags, o.number AS order_number, o.country,
       o.channel AS order_channel, o.paid_by, o.gift AS order_gift, o.exchange_of, c.fraud_marks, v.text AS policy
FROM return_line l JOIN returns r ON r.id = l.return_id JOIN product p ON p.sku = l.sku
JOIN orders o ON o.number = l.order_number JOIN customer c ON c.id = r.customer_id JOIN return_policy v ON v.id = r.policy_version
ORDER BY l.id
"""
_FIRST_STATES = """
SELECT subject, after FROM event WHERE noun = 'return' AND change = 'status' AND before = 'requested' ORDER BY id
"""


def figures(_seconds: float) -> list[Figure]:
    """Of the returns of five demos the share that was decided without a person, and how many against the policy."""
    returns = by_rule = against = 0
    for seed in _SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
            migrate(database)
            load(database, _NOW, seed=seed, files=Files(Settings(data_folder=Path(folder), _env_file=None)))  # type: ignore[call-arg]
            with database.reading() as session:
                found = session.execute(text(_FIRST_STATES)).all()
                returns, by_rule = returns + len(found), by_rule + sum(row.after != "review" for row in found)
                against += len(wrongly_decided(session))
            database.close()
    share = f"{100 * by_rule / returns:.1f} % ({by_rule} of {returns})"
    return [
        Figure("returns of five demos (seeds 1 to 5) decided without a person", share, "at least 80 %"),
        Figure("of their lines decided against the policy, by the second evaluator", str(against), "0"),
    ]


def wrongly_decided(session: Session) -> list[str]:
    """The lines whose rule is not the one that the second evaluator finds, or whose outcome a rule decided otherwise."""
    wrong = []
    for row in session.execute(text(_LINES)).mappings():
        found = verdict(row["policy"], facts_of(row, session))
        same = found.rule == row["rule"] or (found.rule is None and row["rule"] == "no rule")
        decided = found.outcome == row["outcome"] or (row["decided_by"] == "person" and found.outcome == "review")
        if not same or not decided:
            wrong.append(f"{row['number']}: {row['outcome']} by {row['rule']}, and not {found.outcome} by {found.rule}")
    return wrong


def facts_of(row: Any, session: Session) -> dict[str, Any]:
    """What rules look at, read from the tables."""
    asked = _moment(row["created_at"])
    delivered = _moment(
        session.execute(
            text(
                "SELECT min(at) FROM event WHERE noun = 'order' AND subject = :number AND change = 'status' "
                "AND after IN ('delivered', 'partially_delivered')"
            ),
            {"number": row["order_number"]},
        ).scalar()
    )
    rate, count = _record(row, asked, session)
    return {
        "sku": row["sku"], "category": row["category"], "tags": _list(row["tags"]), "reason": row["reason"],
        "days": (asked.astimezone(_BERLIN).date() - delivered.astimezone(_BERLIN).date()).days,
        "price": row["unit_price"], "value": row["unit_price"] * row["quantity"], "quantity": row["quantity"],
        "opened": None if row["opened"] is None else bool(row["opened"]), "photos": len(_list(row["photos"])),
        "country": row["country"], "channel": row["order_channel"] or row["channel"], "payment": row["paid_by"],
        "gift": bool(row["gift"] or row["order_gift"]), "exchanged": row["exchange_of"] is not None,
        "return_rate": rate, "returns": count, "fraud_marks": row["fraud_marks"],
    }  # fmt: skip


def _record(row: Any, asked: datetime, session: Session) -> tuple[int, int]:
    """Of the customer's pieces of a year the share that came back, in percent, and how many returns they had."""
    asked_for = {"customer": row["customer_id"], "since": asked - timedelta(days=365), "line": row["line"]}
    had = session.execute(
        text(
            "SELECT coalesce(sum(l.quantity), 0) FROM orders o JOIN order_line l ON l.order_id = o.id "
            "WHERE o.customer_id = :customer AND o.status IN ('delivered', 'partially_delivered') AND o.created_at >= :since"
        ),
        asked_for,
    ).scalar()
    came = session.execute(
        text(
            "SELECT coalesce(sum(l.quantity), 0), count(DISTINCT r.id) FROM returns r JOIN return_line l ON l.return_id = r.id "
            "WHERE r.customer_id = :customer AND l.id < :line AND r.created_at >= :since "
            "AND r.status NOT IN ('rejected', 'cancelled', 'expired')"
        ),
        asked_for,
    ).one()
    return (round(100 * came[0] / had) if had else 0), int(came[1])


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _list(value: Any) -> list[str]:
    return json.loads(value) if isinstance(value, str) else list(value or ())
