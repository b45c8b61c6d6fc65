"""Signed identities: a JWT with which the shop says which of its customers somebody is.

HS256 with the secret shared with the shop; ``sub`` is the customer's external id, ``exp`` is required. It is a
bearer token: whoever holds one is that customer until it expires.
"""

from __future__ import annotations

import hashlib
import hmac

import jwt

from bot.compose import Program
from bot.receive import clean
from bot.settings import Settings
from domain.moment import SYSTEM
from storage.unit_of_work import UnitOfWork


class NotIdentified(Exception):
    """An identity is not accepted; the message says why in one sentence, without the identity."""


def identity_key(settings: Settings) -> str | None:
    """What identities are signed with; None when none are accepted. A demo without a secret has a key of its own."""
    if settings.identity_secret is not None:
        return settings.identity_secret.get_secret_value()
    if settings.demo:
        return hmac.new(settings.secret, b"roundsman.identity", hashlib.sha256).hexdigest()
    return None


def customer_of(program: Program, identity: str) -> int:
    """The id of the customer a signed identity speaks for. Raises NotIdentified."""
    external_id = _subject(identity, identity_key(program.settings))
    with program.database.reading() as session:
        customer = UnitOfWork(session, SYSTEM).customers.by_external_id(external_id)
    if customer is None or customer.id is None:
        raise NotIdentified("There is no customer with that external id.")
    return customer.id


def _subject(identity: str, key: str | None) -> str:
    if key is None:
        raise NotIdentified("This installation has no ROUNDSMAN_IDENTITY_SECRET, so no identities are accepted.")
    try:
        claims = jwt.decode(
            identity.encode("ascii", "replace"), key, algorithms=["HS256"], options={"require": ["exp", "sub"]}
        )
    except jwt.InvalidTokenError as error:
        raise NotIdentified(f"The signed identity is not valid: {error}.") from error
    return clean(str(claims["sub"]))
