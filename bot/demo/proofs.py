"""Who took the demo's deliveries, where, and photos of the latest ones."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.clock import new_id
from bot.demo.story import S, Story
from bot.files import Files
from domain.deliveries import DeliveryProof, StoredFile
from domain.values import Place

#: So many of the latest deliveries have a photo: drawing one takes longer than making up a hundred orders.
_WITH_PHOTO = 24
_PROVEN = (S.DELIVERED, S.PARTIALLY_DELIVERED, S.FAILED)
_NEIGHBOURS = ("Kaya", "Hoffmann", "Nowak", "Schulz", "Yilmaz", "Krüger", "Petrov", "Lehmann", "Tran", "Wolff")
_DOORS = ("#3f5f4c", "#7a3b2e", "#2f4a66", "#5b4a72", "#6b6a3a", "#4a4a4a")
_WALLS = ("#d9cfbd", "#c9b8a0", "#dcd8d0", "#bfc4bd", "#e2d3c2")


@dataclass
class Proofs:
    """What is recorded about deliveries, and the files made for it."""

    rows: list[DeliveryProof] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)


def prove(rng: random.Random, stories: Sequence[Story], files: Files | None) -> Proofs:
    """A proof for every delivery, photos of the latest where there is a folder to keep them in."""
    proofs = Proofs()
    seen = [(at, story) for story in stories if (at := _at_the_door(story)) is not None]
    seen.sort(key=lambda each: each[0])
    for at, story in seen:
        spot = _near(story.resident.place, rng)
        name = _taken_by(story, rng)
        proofs.rows.append(DeliveryProof(order_number=story.order.number, at=at, name=name, lat=spot.lat, lon=spot.lon))
    if files is not None:
        for row, (_, story) in zip(proofs.rows[-_WITH_PHOTO:], seen[-_WITH_PHOTO:], strict=True):
            proofs.files.append(_photographed(rng, row, story, files))
            row.photo_id = proofs.files[-1].id
    return proofs


def _at_the_door(story: Story) -> datetime | None:
    """When an order came to where it stands, if somebody was at the door for that."""
    if story.order.status not in _PROVEN:
        return None
    return next(each.at for each in reversed(story.events) if each.change == "status")


def _taken_by(story: Story, rng: random.Random) -> str | None:
    """Mostly the customer, sometimes a neighbour, sometimes somebody of the house; nobody where it failed."""
    if story.order.status == S.FAILED:
        return None
    chance = rng.random()
    if chance < 0.62:
        return story.resident.customer.name
    if chance < 0.85:
        return f"neighbour, {rng.choice(_NEIGHBOURS)}"
    return rng.choice(("reception", "the caretaker", "the porter"))


def _near(place: Place, rng: random.Random) -> Place:
    """A few steps from an address, as phones see it."""
    metre = 1 / 111_320
    lat = place.lat + rng.gauss(0, 6) * metre
    return Place(round(lat, 6), round(place.lon + rng.gauss(0, 6) * metre / math.cos(math.radians(place.lat)), 6))


def _photographed(rng: random.Random, row: DeliveryProof, story: Story, files: Files) -> StoredFile:
    kept = files.keep_photo(draw(rng))
    return StoredFile(
        id=new_id(), kind="proof", mime=kept.mime, size=kept.size, path=kept.path, thumbnail=kept.thumbnail,
        customer_id=story.order.customer_id, order_number=row.order_number, created_at=row.at,
    )  # fmt: skip


def draw(rng: random.Random) -> bytes:
    """A parcel in front of a door, as a JPEG."""
    from PIL import Image, ImageDraw, ImageFilter

    width, height = 800, 600
    image = Image.new("RGB", (width, height), rng.choice(_WALLS))
    pen = ImageDraw.Draw(image)
    floor, left = rng.randint(430, 470), rng.randint(120, 300)
    pen.rectangle((0, floor, width, height), fill="#8d867b")
    door = rng.choice(_DOORS)
    pen.rectangle((left - 14, 20, left + 274, floor), fill="#efece4")
    pen.rectangle((left, 34, left + 260, floor), fill=door)
    for row in (60, 250):
        pen.rectangle((left + 40, row, left + 220, row + 150), outline="#1d1d1d", width=3)
    pen.ellipse((left + 226, 240, left + 246, 260), fill="#d8b24a")
    side = rng.randint(130, 210)
    x, y = left + rng.randint(40, 300), floor + rng.randint(40, 90)
    pen.ellipse((x - 12, y - 16, x + side + 40, y + 22), fill="#6f695f")
    pen.rectangle((x, y - side * 3 // 4, x + side, y), fill="#c79a62", outline="#8a6435", width=3)
    pen.rectangle((x + side * 2 // 5, y - side * 3 // 4, x + side * 3 // 5, y), fill="#dcbb8a")
    pen.rectangle((x + 14, y - side // 2, x + side // 3, y - side // 4), fill="#fbfaf6")
    written = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(1.2)).save(written, "JPEG", quality=88)
    return written.getvalue()
