"""How far a mass message has come (rule 3.11)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.conversations.views import (
    MassMessageView,
    SkippedRecipient,
    StaffName,
)
from clientcomm_conversations.adapters.queries.executing import Executes

_MASS_MESSAGE = text(
    """
    select mm.id, mm.department_id, mm.body, mm.created_at, mm.starts_at, mm.staff_id,
           s.full_name as staff_name, mm.recipients, mm.segments, mm.stopped_at,
           d.segments_per_second,
           (select json_object_agg(state, texts)
              from (select m.state, count(*) as texts from message m
                     where m.mass_message_id = mm.id group by m.state) counted) as states,
           (select count(*) from mass_recipient r
             where r.mass_message_id = mm.id and r.message_id is null
               and r.skipped_code is null) as waiting,
           (select json_agg(json_build_array(r.conversation_id, r.skipped_code)
                            order by r.position)
              from mass_recipient r
             where r.mass_message_id = mm.id and r.skipped_code is not null) as skipped
      from mass_message mm
      join department d on d.id = mm.department_id
      join staff s on s.id = mm.staff_id
     where mm.id = :mass_message_id
    """
)

_ON_THEIR_WAY = ("queued", "sending")
_WAITING = "waiting"


async def mass_message(
    tx: Executes, mass_message_id: UUID, now: datetime
) -> MassMessageView | None:
    """A mass message; recipients whose text is not written yet count as `waiting`."""
    found = await tx.execute(_MASS_MESSAGE, {"mass_message_id": mass_message_id})
    row = found.mappings().one_or_none()
    return _view(row, now) if row else None


def _view(row: Mapping[Any, Any], now: datetime) -> MassMessageView:
    states: dict[str, int] = dict(row["states"] or {})
    if row["waiting"]:
        states[_WAITING] = row["waiting"]
    return MassMessageView(
        id=row["id"],
        department_id=row["department_id"],
        body=row["body"],
        created_at=row["created_at"],
        by_staff=StaffName(id=row["staff_id"], full_name=row["staff_name"]),
        recipients=row["recipients"],
        segments=row["segments"],
        skipped=tuple(
            SkippedRecipient(conversation_id=conversation_id, code=code)
            for conversation_id, code in row["skipped"] or ()
        ),
        states=states,
        is_stopped=row["stopped_at"] is not None,
        ends_at=_ends_at(row, states, now),
    )


def _ends_at(row: Mapping[Any, Any], states: Mapping[str, int], now: datetime) -> datetime | None:
    """When the last will have gone out at the number's rate; None if none is left to go."""
    left = sum(states.get(state, 0) for state in _ON_THEIR_WAY)
    if row["stopped_at"] is None:
        left += states.get(_WAITING, 0)
    if not left:
        return None
    seconds = left * row["segments"] / row["segments_per_second"]
    begins: datetime = max(row["starts_at"], now)
    return begins + timedelta(seconds=seconds)
