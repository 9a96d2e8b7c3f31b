"""What a merge of two clients would bring together, counted."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.application.reading import ThreadToMerge
from clientcomm_conversations.domain.permissions import ConversationFacts

# Two ids, survivors of merges already.
_THREADS = text("""
    select d.id as department_id, d.name as department_name,
           s.id as survivor_id, s.assigned_to as survivor_assigned, s.state as survivor_state,
           a.id as absorbed_id, a.assigned_to as absorbed_assigned, a.state as absorbed_state,
           (select count(*) from message m where m.conversation_id = a.id) as messages,
           (select count(*) from marker k where k.conversation_id = a.id) as markers,
           coalesce(sm.scheduled_count, 0) as scheduled, coalesce(sm.unread_count, 0) as unread
      from (select distinct department_id from conversation
             where client_id in (:client_id, :absorb_id) and merged_into is null) mine
      join department d on d.id = mine.department_id
      left join conversation s on s.department_id = d.id and s.client_id = :client_id
                              and s.merged_into is null
      left join conversation a on a.department_id = d.id and a.client_id = :absorb_id
                              and a.merged_into is null
      left join conversation_summary sm on sm.conversation_id = a.id
     order by d.name, d.id
""")


async def threads_to_merge(
    tx: Executes, client_id: UUID, absorb_id: UUID
) -> Sequence[ThreadToMerge]:
    """One per department that has either."""
    parameters = {"client_id": client_id, "absorb_id": absorb_id}
    found = await tx.execute(_THREADS, parameters)
    return [_thread(row) for row in found.mappings()]


def _thread(row: Mapping[Any, Any]) -> ThreadToMerge:
    return ThreadToMerge(
        department_id=row["department_id"],
        department_name=row["department_name"],
        survivor=_facts(row, "survivor"),
        absorbed=_facts(row, "absorbed"),
        messages=row["messages"],
        markers=row["markers"],
        scheduled=row["scheduled"],
        unread=row["unread"],
    )


def _facts(row: Mapping[Any, Any], side: str) -> ConversationFacts | None:
    if row[f"{side}_id"] is None:
        return None
    return ConversationFacts(
        row["department_id"],
        row[f"{side}_assigned"],
        ConversationState(row[f"{side}_state"]),
    )
