"""Reasons: why a task was left out of a plan, as a person understands it, and what would change that cheapest."""

from domain.routing.reasons.telling import reasons

__all__ = ["reasons"]
