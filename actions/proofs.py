"""The proof of a delivery: who took it, when and where, with a photo."""

from __future__ import annotations

from datetime import timedelta

from domain.commands import KeepProofPhoto, RecordProof
from domain.deliveries import DeliveryProof, StoredFile
from domain.events import note
from domain.moment import Moment
from domain.notices import Notice
from domain.orders import Order, OrderStatus
from domain.refusals import NotFound, Refusal
from storage.unit_of_work import UnitOfWork

#: Somebody was at the door of orders in these states.
PROVABLE = frozenset({OrderStatus.DELIVERED, OrderStatus.PARTIALLY_DELIVERED, OrderStatus.FAILED})
#: So far may the clock of whoever reports be ahead of ours.
AHEAD = timedelta(minutes=5)


def keep_proof_photo(command: KeepProofPhoto, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Take a photo into the books. It goes again by itself unless a proof has taken it."""
    order = uow.orders.get(command.order)
    uow.add(
        StoredFile(
            id=command.file, kind="proof", mime=command.mime, size=command.size, path=command.path,
            thumbnail=command.thumbnail, customer_id=order.customer_id, order_number=order.number,
            created_at=at.now, expires_at=at.now,
        )
    )  # fmt: skip
    return []


def record_proof(command: RecordProof, uow: UnitOfWork, at: Moment) -> list[Notice]:
    """Record the proof in place of what was there. Refuses orders nobody was at the door for, and odd times."""
    order = uow.orders.get(command.order, lock=True)
    if order.status not in PROVABLE:
        raise Refusal("no_proof_yet", number=order.number, status=order.status)
    if not order.created_at <= command.at <= at.now + AHEAD:
        raise Refusal("proof_at_odd_time", number=order.number, field="at")
    photo = _photo(command.photo, order, uow, at)
    proof = uow.orders.proof(order)
    if proof is None:
        proof = DeliveryProof(order_number=order.number, at=command.at)
        uow.session.add(proof)
    elif proof.photo_id is not None and proof.photo_id != command.photo:
        _let_go(proof.photo_id, uow, at)
    proof.at, proof.name = command.at, command.name
    proof.lat, proof.lon = (command.place.lat, command.place.lon) if command.place else (None, None)
    proof.photo_id = photo.id if photo is not None else None
    uow.record(note(order, "proof", at, photo=photo is not None, place=command.place is not None))
    return []


def _photo(file_id: str | None, order: Order, uow: UnitOfWork, at: Moment) -> StoredFile | None:
    """The photo of that id, kept for good. Refuses one that is not there or belongs to another order."""
    if file_id is None:
        return None
    photo = uow.files.lock(file_id)
    if photo is None or photo.trouble is not None or photo.order_number not in {None, order.number}:
        raise NotFound("no_such_photo")
    photo.order_number, photo.customer_id, photo.conversation_id = order.number, order.customer_id, None
    photo.expires_at = None
    return photo


def _let_go(file_id: str, uow: UnitOfWork, at: Moment) -> None:
    photo = uow.files.lock(file_id)
    if photo is not None:
        photo.expires_at = at.now
