"""Kinds of input that the API takes; what no database can hold is refused here."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, NaiveDatetime, WithJsonSchema

_FIRST_YEAR, _LAST_YEAR = 1970, 2200
NO_NUL = r"^[^\x00]*$"


def _is_sensible(value: datetime) -> datetime:
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError("must lie between 1970 and 2200")
    return value


Line = Annotated[str, Field(pattern=NO_NUL)]
"""Text without the NUL character; lone surrogates are no text for pydantic either."""

MessageBody = Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=1600)]
Cursor = Annotated[
    str, Field(pattern=NO_NUL, max_length=1000, description="`next` of the page before.")
]
IdempotencyKey = Annotated[
    str,
    Field(
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="Chosen by the caller; the same key and body give the same answer for 7 days.",
    ),
]
LocalTime = Annotated[
    NaiveDatetime,
    AfterValidator(_is_sensible),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$",
            "description": "Date and time on the wall, without a zone.",
            "examples": ["2026-03-20T09:00:00"],
        }
    ),
]
Instant = Annotated[AwareDatetime, AfterValidator(_is_sensible)]
