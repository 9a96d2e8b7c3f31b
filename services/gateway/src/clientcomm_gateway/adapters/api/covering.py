"""Periods of coverage as the API takes and gives them."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from clientcomm_contracts.conversations.coverage import CoverageView
from clientcomm_gateway.adapters.api.fields import NO_NUL, Instant
from clientcomm_gateway.adapters.api.models import Answer, Input, StaffRef

_AwayReply = Annotated[str, Field(pattern=NO_NUL, max_length=1600)]


class Coverage(Answer):
    """A period in which somebody is away and a colleague covers."""

    id: UUID
    staff: StaffRef
    covered_by: StaffRef
    since: datetime
    until: datetime
    away_reply: str | None
    now: bool
    clients: int


class NewCoverage(Input):
    """You are away, or `staff_id` whom you supervise or administer."""

    staff_id: UUID | None = None
    covered_by: UUID
    since: Instant | None = None
    until: Instant
    away_reply: _AwayReply | None = None


def coverage(view: CoverageView) -> Coverage:
    """One period."""
    return Coverage(
        id=view.id,
        staff=StaffRef(id=view.staff.id, full_name=view.staff.full_name),
        covered_by=StaffRef(id=view.covered_by.id, full_name=view.covered_by.full_name),
        since=view.since.astimezone(UTC),
        until=view.until.astimezone(UTC),
        away_reply=view.away_reply,
        now=view.is_now,
        clients=view.clients,
    )
