"""The policy of returns: rules as data, and what they decide. The same facts always come to the same decision."""

from domain.return_policy.deciding import NO_RULE, Decision, Facts, Undecided, decide
from domain.return_policy.reading import WrongPolicy
from domain.return_policy.rules import EMPTY, Policy, Rule, Terms, parse
from domain.return_policy.versions import PolicyStatus, ReturnPolicy

__all__ = [
    "EMPTY",
    "NO_RULE",
    "Decision",
    "Facts",
    "Policy",
    "PolicyStatus",
    "ReturnPolicy",
    "Rule",
    "Terms",
    "Undecided",
    "WrongPolicy",
    "decide",
    "parse",
]
