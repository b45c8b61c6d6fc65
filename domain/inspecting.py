"""Goods at the dock: what was expected, what was found, what differs, and what becomes of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.returns import Disposition, Grade, ReturnReason

#: From the best to the worst; of the last three any may be told where something is wrong with the goods.
WORSE = (Grade.AS_NEW, Grade.OPENED, Grade.USED, Grade.DAMAGED, Grade.DEFECTIVE, Grade.WRONG)
#: What was wrong according to the customer, and how goods may be found then beside in good condition.
_SAID: Mapping[str, frozenset[Grade]] = {
    ReturnReason.DAMAGED: frozenset({Grade.OPENED, Grade.DAMAGED, Grade.DEFECTIVE}),
    ReturnReason.DEFECTIVE: frozenset({Grade.OPENED, Grade.USED, Grade.DAMAGED, Grade.DEFECTIVE}),
    ReturnReason.WRONG_ITEM: frozenset({Grade.OPENED, Grade.WRONG}),
    ReturnReason.NOT_AS_DESCRIBED: frozenset({Grade.OPENED, Grade.DEFECTIVE, Grade.WRONG}),
}
#: What becomes of goods by the condition in which they were found, where they are not as new.
_BECOMES: Mapping[Grade, Disposition] = {
    Grade.OPENED: Disposition.REFURBISH,
    Grade.USED: Disposition.DONATE,
    Grade.DAMAGED: Disposition.SCRAP,
    Grade.DEFECTIVE: Disposition.SUPPLIER,
}


@dataclass(frozen=True, slots=True)
class Found:
    """So many pieces in one condition; of another product than was expected (``wrong``) nothing becomes by itself."""

    pieces: int
    grade: Grade
    disposition: Disposition | None = None
    serial: str | None = None
    note: str = ""
    bin: str | None = None
    photos: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "pieces": self.pieces, "grade": self.grade.value, "serial": self.serial,
            "note": self.note, "bin": self.bin, "photos": list(self.photos),
            "disposition": self.disposition.value if self.disposition is not None else None,
        }  # fmt: skip

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Found:
        """What was kept."""
        disposition = facts.get("disposition")
        return cls(
            int(facts["pieces"]), Grade(facts["grade"]), Disposition(disposition) if disposition else None,
            facts.get("serial"), str(facts.get("note") or ""), facts.get("bin"), tuple(facts.get("photos") or ()),
        )  # fmt: skip


def expected_grades(reason: str, opened: bool | None) -> frozenset[Grade]:
    """In which conditions goods may be found after what the customer said. Better than they said is no difference."""
    unopened = frozenset({Grade.AS_NEW}) if opened is False else frozenset({Grade.AS_NEW, Grade.OPENED})
    return unopened | _SAID.get(reason, frozenset())


def expected_grade(reason: str, opened: bool | None) -> Grade:
    """The condition that "as expected" stands for: what the customer said."""
    said = {
        ReturnReason.DAMAGED.value: Grade.DAMAGED,
        ReturnReason.DEFECTIVE.value: Grade.DEFECTIVE,
        ReturnReason.WRONG_ITEM.value: Grade.WRONG,
    }
    return said.get(str(reason), Grade.OPENED if opened else Grade.AS_NEW)


def worst(grades: Sequence[Grade]) -> Grade:
    """The worst of several conditions."""
    return max(grades, key=WORSE.index)


def disposition_of(grade: Grade, as_new: Disposition) -> Disposition | None:
    """What becomes of goods found in a condition; ``as_new`` is what the rule says of those as new. Goods of another product are
    set aside until somebody says what they are."""
    return as_new if grade == Grade.AS_NEW else _BECOMES.get(grade)


def differences(
    quantity: int, found: Sequence[Found], reason: str, opened: bool | None, serial: str | None = None
) -> tuple[str, ...]:
    """How what was found differs from what was expected: ``fewer`` or ``more`` pieces, in ``worse`` condition, a ``wrong``
    product, another ``serial`` number than the one that was sold, where that is known."""
    pieces = sum(each.pieces for each in found)
    grades = {each.grade for each in found if each.pieces}
    unexpected = grades - expected_grades(reason, opened)
    checks = (
        ("fewer", pieces < quantity),
        ("more", pieces > quantity),
        ("wrong", Grade.WRONG in unexpected),
        ("worse", bool(unexpected - {Grade.WRONG})),
        ("serial", serial is not None and any(each.serial not in {None, serial} for each in found)),
    )
    return tuple(name for name, holds in checks if holds)
