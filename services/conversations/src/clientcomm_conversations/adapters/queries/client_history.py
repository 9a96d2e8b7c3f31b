"""What became of a client: numbers, consent, case managers (rules 2.3, 2.9, 2.13a)."""

from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.conversations.clients import ClientHistory, HistoryEntry, HistoryKind
from clientcomm_conversations.adapters.queries.executing import Executes

_MOST = 200

_ENTRIES = text("""
    with fact as (
      select n.since as at,
             case n.how when 'attached' then 'number_attached' else 'number_added' end as kind,
             n.value as subject, n.added_by as by_id
        from client_number n where n.client_id = :client_id
      union all
      select n.until, case when n.is_wrong then 'number_wrong' else 'number_ended' end,
             n.value, n.closed_by
        from client_number n where n.client_id = :client_id and n.until is not null
      union all
      select c.consent_at, 'consent_given', c.consent_how, c.consent_by
        from conversation c where c.id = :conversation_id and c.consent_at is not null
      union all
      select a.since, case when a.staff_id is null then 'unassigned' else 'assigned' end,
             coalesce(s.full_name, ''), a.by_staff_id
        from assignment a left join staff s on s.id = a.staff_id
       where a.conversation_id = any(array(
               select c.id from conversation c
                where c.id = :conversation_id or c.merged_into = :conversation_id))
      union all
      select m.at, 'closed', coalesce(m.details ->> 'outcome', ''), m.by_staff_id
        from marker m where m.conversation_id = :conversation_id and m.kind = 'closed'
    )
    select f.at, f.kind, f.subject, s.full_name as by_name
      from fact f left join staff s on s.id = f.by_id
     order by f.at desc, f.kind, f.subject limit :most
""")

_NEXT_APPOINTMENT = text("""
    select next_appointment_at from conversation_summary where conversation_id = :conversation_id
""")


async def client_history(tx: Executes, client_id: UUID, conversation_id: UUID) -> ClientHistory:
    """Newest first."""
    about = {"client_id": client_id, "conversation_id": conversation_id}
    found = await tx.execute(_ENTRIES, {**about, "most": _MOST})
    entries = tuple(
        HistoryEntry(at=row.at, kind=HistoryKind(row.kind), subject=row.subject, by=row.by_name)
        for row in found
    )
    ahead = await tx.execute(_NEXT_APPOINTMENT, {"conversation_id": conversation_id})
    return ClientHistory(entries=entries, next_appointment_at=ahead.scalar_one_or_none())
