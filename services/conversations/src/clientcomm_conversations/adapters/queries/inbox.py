"""Unknown senders and the clients whom they may be."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.conversations.inbox import MaybeBecause, MaybeClient
from clientcomm_contracts.conversations.numbers import EarlierTexts
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.adapters.queries.rows import staff_name

_EARLIER_TEXTS = text("""
    select c.id, c.department_id, c.sender,
           (select count(*) from message m
             where m.conversation_id = c.id and m.direction = 'inbound') as texts,
           (select max(m.at) from message m
             where m.conversation_id = c.id and m.direction = 'inbound') as last_at
      from conversation c
     where c.department_id = any(cast(:departments as uuid[]))
       and c.client_id is null and c.merged_into is null
       and (c.state = 'unassigned'
            or c.state in ('open', 'closed')
               and (c.assigned_to = :staff_id or c.department_id = any(cast(:overseen as uuid[]))))
       and c.sender = any(array(select n.value from client_number n
                                 where n.client_id = :client_id and n.until is null))
     order by c.department_id, c.sender
""")

_WITH_NUMBER = text("""
    select cl.id as client_id, cl.first_name, cl.last_name, bool_or(n.until is null) as has_it,
           own.id is not null as is_ours, s.id as staff_id, s.full_name as staff_name
      from conversation c
      join client_number n on n.value = c.sender and not n.is_wrong
      join client cl on cl.id = n.client_id and cl.merged_into is null
      left join conversation own on own.client_id = cl.id and own.merged_into is null
                                and own.department_id = c.department_id
      left join staff s on s.id = own.assigned_to
     where c.id = :conversation_id and c.client_id is null
     group by cl.id, own.id, s.id
     order by has_it desc, is_ours desc, cl.last_name, cl.first_name, cl.id
""")

_CALLED = text("""
    select m.client_id, m.first_name, m.last_name, true as is_ours, s.id as staff_id,
           s.full_name as staff_name
      from conversation_summary m
      join conversation_search w on w.conversation_id = m.conversation_id
      left join staff s on s.id = m.assigned_to
     where m.department_id = :department_id and m.client_id is not null
       and w.search_text like all(cast(:patterns as text[]))
     order by m.sort_name, m.conversation_id limit 20
""")


async def earlier_texts(
    tx: Executes,
    client_id: UUID,
    department_ids: Sequence[UUID],
    *,
    staff_id: UUID,
    overseen: Sequence[UUID],
) -> tuple[EarlierTexts, ...]:
    """Threads of unknown senders with a number that the client has now."""
    found = await tx.execute(
        _EARLIER_TEXTS,
        {
            "client_id": client_id,
            "departments": list(department_ids),
            "staff_id": staff_id,
            "overseen": list(overseen),
        },
    )
    return tuple(
        EarlierTexts(
            conversation_id=row.id,
            department_id=row.department_id,
            sender=row.sender,
            texts=row.texts,
            last_at=row.last_at,
        )
        for row in found
    )


async def clients_with_number_of(tx: Executes, conversation_id: UUID) -> tuple[MaybeClient, ...]:
    """Clients who have or had the sender's number, not as a wrong one."""
    found = await tx.execute(_WITH_NUMBER, {"conversation_id": conversation_id})
    return tuple(
        _maybe(row, MaybeBecause.HAS_NUMBER if row.has_it else MaybeBecause.HAD_NUMBER)
        for row in found
    )


async def clients_called(
    tx: Executes, department_id: UUID, words: Sequence[str]
) -> tuple[MaybeClient, ...]:
    """Clients of the department in whose names and numbers all words occur."""
    patterns = [f"%{_escaped(word)}%" for word in words]
    parameters = {"department_id": department_id, "patterns": patterns}
    found = await tx.execute(_CALLED, parameters)
    return tuple(_maybe(row, MaybeBecause.SEARCHED) for row in found)


def _maybe(row: Any, because: MaybeBecause) -> MaybeClient:
    return MaybeClient(
        client_id=row.client_id,
        first_name=row.first_name,
        last_name=row.last_name,
        because=because,
        is_ours=row.is_ours,
        assigned_to=staff_name(row.staff_id, row.staff_name),
    )


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
