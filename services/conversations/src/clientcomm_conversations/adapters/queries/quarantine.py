"""Texts in quarantine, newest first; those that are filed are in their conversations."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from clientcomm_conversations.adapters.queries.cursors import (
    instant_of,
    invalid_cursor,
    micros,
    read_cursor,
    write_cursor,
)
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.application.quarantined_rows import KeptText, QuarantineScope

_CURSOR = "quarantine"

ROW = """
    select q.id, q.number_from, q.number_to, q.body, q.media <> '[]'::jsonb as has_files,
           q.received_at, q.assigned_to_department_id as department_id, d.name as department_name,
           gone.name as closed_department_name, q.filed_at
      from quarantined_text q left join department d on d.id = q.assigned_to_department_id
      left join department gone on gone.id = q.closed_department_id
"""

# Constants of this module put together; no value of a person is part of the text.
_LIST = text(f"""{ROW}
     where q.filed_at is null and ((:waiting and q.assigned_to_department_id is null)
            or (:everywhere and q.assigned_to_department_id is not null)
            or q.assigned_to_department_id = any(cast(:departments as uuid[])))
       and (cast(:before_at as timestamptz) is null
            or (q.received_at, q.id) < (cast(:before_at as timestamptz), cast(:before_id as uuid)))
     order by q.received_at desc, q.id desc limit :limit
""")


async def quarantined(
    tx: Executes, scope: QuarantineScope, *, cursor: str | None, limit: int
) -> tuple[Sequence[KeptText], str | None]:
    """A page, and where the next one begins."""
    before_at, before_id = _position(cursor)
    found = await tx.execute(
        _LIST,
        {
            "waiting": scope.waiting,
            "everywhere": scope.given.everywhere,
            "departments": list(scope.given.departments),
            "before_at": before_at,
            "before_id": before_id,
            "limit": limit + 1,
        },
    )
    rows = [KeptText(**row) for row in found.mappings()]
    shown = rows[:limit]
    following = None
    if len(rows) > limit:
        following = write_cursor(_CURSOR, [micros(shown[-1].received_at), str(shown[-1].id)])
    return shown, following


def _position(cursor: str | None) -> tuple[datetime | None, UUID | None]:
    if cursor is None:
        return None, None
    at, text_id = read_cursor(_CURSOR, cursor, length=2)
    try:
        return instant_of(at), UUID(str(text_id))
    except ValueError:
        raise invalid_cursor() from None
