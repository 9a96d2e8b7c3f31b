"""Rows of the store as domain objects, and back."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from sqlalchemy import Row

from clientcomm_contracts.values import ScheduledState
from clientcomm_scheduler.domain.conversation import Conversation, ScheduleSummary
from clientcomm_scheduler.domain.quiet_hours import QuietHours
from clientcomm_scheduler.domain.scheduled_message import ScheduledMessage


def message_of(row: Row[Any]) -> ScheduledMessage:
    """A row of `MESSAGE_COLUMNS`."""
    return ScheduledMessage(
        id=row.id,
        conversation_id=row.conversation_id,
        written_in=row.written_in,
        body=row.body,
        local_time=row.local_time,
        time_zone=row.time_zone,
        follows_client=row.follows_client,
        tolerance=row.tolerance,
        by_staff_id=row.by_staff_id,
        by_staff_name=row.by_staff_name,
        created_at=row.created_at,
        version=row.version,
        occurrence_id=row.occurrence_id,
        number=row.number,
        due_at=row.due_at,
        is_shifted=row.is_shifted,
        zone_data=row.zone_data,
        state=ScheduledState(row.state),
        refusal_code=row.refusal_code,
    )


def conversation_of(row: Row[Any]) -> Conversation:
    """A row of a conversation joined with its client and department."""
    return Conversation(
        id=row.id,
        time_zone=row.time_zone,
        quiet_hours=_quiet_hours(row.quiet_starts, row.quiet_ends),
        closed_at=row.closed_at,
        merged_into=row.merged_into,
        merged_at=row.merged_at,
        schedule_sequence=row.schedule_sequence,
        summary=ScheduleSummary(row.scheduled_count, row.next_scheduled_at),
    )


def schedule_row(message: ScheduledMessage) -> dict[str, object]:
    """A new row of `schedule`."""
    columns = (
        "id",
        "version",
        "conversation_id",
        "written_in",
        "body",
        "local_time",
        "time_zone",
        "follows_client",
        "tolerance",
        "by_staff_id",
        "by_staff_name",
        "created_at",
        "number",
    )
    return {column: getattr(message, column) for column in columns}


def schedule_arrays(messages: Sequence[ScheduledMessage]) -> dict[str, list[object]]:
    """One array per column of `schedule` that changes."""
    return {
        "ids": [message.id for message in messages],
        "versions": [message.version for message in messages],
        "conversation_ids": [message.conversation_id for message in messages],
        "bodies": [message.body for message in messages],
        "local_times": [message.local_time for message in messages],
        "time_zones": [message.time_zone for message in messages],
        "follows": [message.follows_client for message in messages],
        "numbers": [message.number for message in messages],
    }


def occurrence_arrays(messages: Sequence[ScheduledMessage]) -> dict[str, list[object]]:
    """One array per column of `occurrence`."""
    return {
        "ids": [message.occurrence_id for message in messages],
        "schedule_ids": [message.id for message in messages],
        "conversation_ids": [message.conversation_id for message in messages],
        "numbers": [message.number for message in messages],
        "local_times": [message.local_time for message in messages],
        "dues": [message.due_at for message in messages],
        "shifts": [message.is_shifted for message in messages],
        "zone_data": [message.zone_data for message in messages],
        "states": [message.state.value for message in messages],
        "codes": [message.refusal_code for message in messages],
    }


def _quiet_hours(starts: time | None, ends: time | None) -> QuietHours:
    if starts is None or ends is None:
        return QuietHours()
    return QuietHours(starts, ends)
