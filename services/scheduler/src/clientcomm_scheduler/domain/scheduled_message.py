"""One text to go out at a local date and time: what may happen to it, and when (rules 4.1, 4.2)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from clientcomm_contracts.values import ScheduledState
from clientcomm_scheduler.domain.late_policy import DEFAULT_TOLERANCE
from clientcomm_scheduler.domain.zones import instant_of, zone_named

EDITABLE = frozenset({ScheduledState.SCHEDULED, ScheduledState.MISSED, ScheduledState.REFUSED})
"""What was not handed over, or came to nothing: a person may still give it another time."""

OPEN = EDITABLE | {ScheduledState.HANDED_OVER}
"""What a list shows when nobody asks for the past."""


@dataclass(frozen=True, slots=True)
class WallTime:
    """A date and time on a wall clock, and whether the zone is simply the client's."""

    local_time: datetime
    time_zone: str
    follows_client: bool


@dataclass(frozen=True, slots=True)
class ScheduledMessage:
    """A schedule of a single text with its latest occurrence.

    `conversation_id` follows merges, `written_in` does not. `tolerance` None: no limit.
    """

    id: UUID
    conversation_id: UUID
    written_in: UUID
    body: str
    local_time: datetime
    time_zone: str
    follows_client: bool
    tolerance: timedelta | None
    by_staff_id: UUID
    by_staff_name: str
    created_at: datetime
    version: int
    occurrence_id: UUID
    number: int
    due_at: datetime
    is_shifted: bool
    zone_data: str
    state: ScheduledState
    refusal_code: str | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to fall due."""
        return self.state is ScheduledState.SCHEDULED

    @property
    def wall_time(self) -> WallTime:
        """The time that was chosen."""
        return WallTime(self.local_time, self.time_zone, self.follows_client)


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids that a new scheduled message takes."""

    schedule: UUID
    occurrence: UUID


@dataclass(frozen=True, slots=True)
class Writer:
    """Who schedules."""

    staff_id: UUID
    name: str


def write(  # noqa: PLR0913 - each part is a fact of its own
    body: str,
    when: WallTime,
    *,
    ids: Ids,
    conversation_id: UUID,
    writer: Writer,
    now: datetime,
    zone_data: str,
) -> ScheduledMessage:
    """A new scheduled message."""
    instant = instant_of(when.local_time, zone_named(when.time_zone))
    return ScheduledMessage(
        id=ids.schedule,
        conversation_id=conversation_id,
        written_in=conversation_id,
        body=body,
        local_time=when.local_time,
        time_zone=when.time_zone,
        follows_client=when.follows_client,
        tolerance=DEFAULT_TOLERANCE,
        by_staff_id=writer.staff_id,
        by_staff_name=writer.name,
        created_at=now,
        version=1,
        occurrence_id=ids.occurrence,
        number=1,
        due_at=instant.at,
        is_shifted=instant.is_shifted,
        zone_data=zone_data,
        state=ScheduledState.SCHEDULED,
    )


def moved_to(message: ScheduledMessage, when: WallTime, *, zone_data: str) -> ScheduledMessage:
    """The same message at another wall time; its instant is computed anew."""
    instant = instant_of(when.local_time, zone_named(when.time_zone))
    return replace(
        message,
        local_time=when.local_time,
        time_zone=when.time_zone,
        follows_client=when.follows_client,
        due_at=instant.at,
        is_shifted=instant.is_shifted,
        zone_data=zone_data,
    )


def revived(message: ScheduledMessage, occurrence_id: UUID) -> ScheduledMessage:
    """A missed or refused message gets another occurrence; the old one's id is used up."""
    if message.state is ScheduledState.SCHEDULED:
        return message
    return replace(
        message,
        occurrence_id=occurrence_id,
        number=message.number + 1,
        state=ScheduledState.SCHEDULED,
        refusal_code=None,
    )


def with_zone_of_client(
    message: ScheduledMessage, client_zone: str | None, *, zone_data: str
) -> ScheduledMessage:
    """*Send later* keeps its wall time and follows the client's zone (rules 4.2, 4.5)."""
    if client_zone is None or not message.follows_client or client_zone == message.time_zone:
        return message
    return moved_to(message, replace(message.wall_time, time_zone=client_zone), zone_data=zone_data)


def with_zone_data(message: ScheduledMessage, zone_data: str) -> ScheduledMessage:
    """The instant by newer zone data; never by older, which a process may still run with."""
    if message.zone_data >= zone_data:
        return message
    return moved_to(message, message.wall_time, zone_data=zone_data)


def ended(
    message: ScheduledMessage, state: ScheduledState, code: str | None = None
) -> ScheduledMessage:
    """The message in another state."""
    return replace(message, state=state, refusal_code=code)
