"""What the routes of the API answer: JSON, with the version of what can change."""

from __future__ import annotations

from typing import Protocol

from fastapi import Response
from pydantic import BaseModel

JSON = "application/json"


class Changeable(Protocol):
    """What is answered of something that can change."""

    @property
    def version(self) -> int: ...

    def model_dump_json(self) -> str: ...


def answered(shown: BaseModel, status: int = 200) -> Response:
    """It as JSON."""
    return Response(shown.model_dump_json(), status, media_type=JSON)


def versioned(shown: Changeable, status: int = 200, address: str | None = None) -> Response:
    """It as JSON, with its version as ETag, and its ``address`` where it is new (201)."""
    location = {"Location": address} if status == 201 and address is not None else {}
    return Response(shown.model_dump_json(), status, {"ETag": f'"{shown.version}"', **location}, JSON)
