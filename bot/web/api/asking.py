"""What the routes of orders and returns are asked alike: by which id, how many, and at which version."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from fastapi import Header, Query
from pydantic import BaseModel, ValidationError

from bot.faults import faults
from bot.web.api.keys import PRINTABLE
from bot.web.problems import Problem, invalid

C = TypeVar("C", bound=BaseModel)

ExternalId = Annotated[
    str | None, Query(description="Only the one of that external id.", max_length=100, pattern=PRINTABLE)
]
Limit = Annotated[int, Query(description="At most so many.", ge=1, le=200)]


def if_match(noun: str) -> Any:
    """The header that makes a step depend on the version."""
    return Header(description=f"Do it only while the {noun} still has this ETag, else answer 412.", examples=['"3"'])


def read_body(kind: type[C], body: Any) -> C:
    """The command that a body is. Raises Problem naming what is wrong with it."""
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        raise invalid(faults(error)) from error


def nothing_after(noun: str, number: str) -> Problem:
    """Why there is no page after what there is not."""
    return Problem(
        422, "Request not valid", f"after: there is no {noun} {number}.",
        errors=[{"field": "query.after", "detail": f"there is no {noun} {number}"}],
    )  # fmt: skip
