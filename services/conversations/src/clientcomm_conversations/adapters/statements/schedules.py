"""What scheduler tells, in the row of the client list."""

from collections.abc import Sequence

from sqlalchemy import text

from clientcomm_contracts.scheduler import ConversationScheduleChangedV1
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.adapters.statements.rows_as_json import rows_as_json

_SHOW = text("""
    with told as (
      select s.conversation_id, r.scheduled_count, r.next_appointment_at, r.version
        from json_to_recordset(cast(:rows as json)) as r (
          id uuid, scheduled_count int, next_appointment_at timestamptz, version int)
        join conversation_summary s on s.conversation_id = r.id
       where s.schedule_version < r.version
       order by s.conversation_id
         for update of s
    )
    update conversation_summary s
       set scheduled_count = r.scheduled_count, next_appointment_at = r.next_appointment_at,
           schedule_version = r.version
      from told r where s.conversation_id = r.conversation_id
""")


async def show_schedules(tx: Executes, events: Sequence[ConversationScheduleChangedV1]) -> None:
    """One row each, if it is news."""
    rows = [
        {
            "id": event.conversation_id,
            "scheduled_count": event.scheduled_count,
            "next_appointment_at": event.next_appointment_at,
            "version": event.sequence,
        }
        for event in events
    ]
    await tx.execute(_SHOW, {"rows": rows_as_json(rows)})
