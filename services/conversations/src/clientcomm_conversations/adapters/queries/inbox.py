"""Unknown senders and the clients whom they may be."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.conversations.numbers import EarlierTexts
from clientcomm_conversations.adapters.queries.executing import Executes

_EARLIER_TEXTS = text("""
    select c.id, c.department_id, c.sender,
           (select count(*) from message m
             where m.conversation_id = c.id and m.direction = 'inbound') as texts,
           (select max(m.at) from message m
             where m.conversation_id = c.id and m.direction = 'inbound') as last_at
      from conversation c
     where c.department_id = any(cast(:departments as uuid[]))
       and c.client_id is null and c.merged_into is null and c.state = 'unassigned'
       and c.sender = any(array(select n.value from client_number n
                                 where n.client_id = :client_id and n.until is null))
     order by c.department_id, c.sender
""")


async def earlier_texts(
    tx: Executes, client_id: UUID, department_ids: Sequence[UUID]
) -> tuple[EarlierTexts, ...]:
    """Threads of unknown senders with a number that the client has now."""
    found = await tx.execute(
        _EARLIER_TEXTS, {"client_id": client_id, "departments": list(department_ids)}
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
