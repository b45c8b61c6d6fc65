"""What Prometheus may ask for at ``/metrics``."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

TURNS = Counter("roundsman_turns", "Turns by intent and outcome", ["intent", "outcome"])
TURN_SECONDS = Histogram(
    "roundsman_turn_seconds",
    "Seconds from the message's commit to the turn's",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
OUTBOX_DEPTH = Gauge("roundsman_outbox_depth", "Notices waiting to be sent")
OUTBOX_AGE = Gauge("roundsman_outbox_age_seconds", "Age of the oldest notice waiting to be sent")
SENDS = Counter("roundsman_sends", "Sent notices by channel and result", ["channel", "result"])
REPEATS = Counter("roundsman_perhaps_repeated", "Notices sent again because a crash hid whether they were sent")
JOBS = Counter("roundsman_jobs", "Jobs by kind and result", ["kind", "result"])
TICKS = Counter("roundsman_ticks", "Ticks of the scheduler by what became of them", ["result"])
LIMITED = Counter("roundsman_rate_limited", "Requests refused by a rate limit", ["by"])
RASA = Counter("roundsman_rasa", "Messages for Rasa by what became of them; all but `answered` fell back", ["result"])


def rasa(result: str) -> None:
    """Count one message that was Rasa's to read."""
    RASA.labels(result).inc()


def turn(intent: str, outcome: str, seconds: float) -> None:
    """Count one turn."""
    TURNS.labels(intent, outcome).inc()
    TURN_SECONDS.observe(seconds)
