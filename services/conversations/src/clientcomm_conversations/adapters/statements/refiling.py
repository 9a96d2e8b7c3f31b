"""One text from thread to thread, and what is last in the one that it left."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.values import Direction
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.domain.refiling import InboundText, Latest, Sharer

_INBOUND_TEXT = text("""
    select id, conversation_id, department_id, number_from, body,
           coalesce(received_at, at) as received_at
      from message where id = :id and direction = 'inbound'
""")

_SHARERS = text("""
    select cl.id as client_id, c.id as conversation_id,
           concat_ws(' ', nullif(cl.first_name, ''), cl.last_name) as name
      from client_number n
      join client cl on cl.id = n.client_id and cl.merged_into is null
      join conversation c on c.client_id = cl.id and c.department_id = :department_id
                         and c.merged_into is null
     where n.value = :number and n.until is null
     order by cl.last_name, cl.first_name, cl.id
""")

_NAME_OF = text("""
    select coalesce(nullif(concat_ws(' ', nullif(cl.first_name, ''), cl.last_name), ''), c.sender)
      from conversation c left join client cl on cl.id = c.client_id where c.id = :id
""")

_MOVE = text("""
    update message
       set conversation_id = :to_id, refiled_from = :from_id, at = :at, from_former_number = false
     where id = :id
""")

_LATEST = text("""
    select (select m.at from message m
             where m.conversation_id = :id
               and (m.direction = 'inbound'
                    or (m.author in ('staff', 'schedule')
                        and m.state not in ('undelivered', 'failed', 'blocked', 'missed',
                                            'unknown', 'canceled')))
             order by m.at desc, m.id desc limit 1) as contact_at,
           l.body as text, l.direction as text_direction, l.at as text_at,
           i.at as inbound_at, i.number_from as inbound_number,
           coalesce(i.from_former_number, false) as inbound_was_former
      from (select 1) one
      left join lateral (select body, direction, at from message where conversation_id = :id
                          order by at desc, id desc limit 1) l on true
      left join lateral (select at, number_from, from_former_number from message
                          where conversation_id = :id and direction = 'inbound'
                          order by at desc, id desc limit 1) i on true
""")


class SqlRefiling:
    """One transaction's `Refiling`."""

    def __init__(self, tx: Executes) -> None:
        self._tx = tx

    async def inbound_text(self, message_id: UUID) -> InboundText | None:
        """Where it stands now."""
        found = await self._tx.execute(_INBOUND_TEXT, {"id": message_id})
        row = found.mappings().one_or_none()
        return InboundText(**row) if row else None

    async def sharers(self, department_id: UUID, number: str) -> Sequence[Sharer]:
        """Clients of the department with this number."""
        parameters = {"department_id": department_id, "number": number}
        found = await self._tx.execute(_SHARERS, parameters)
        return [Sharer(**row) for row in found.mappings()]

    async def name_of(self, conversation_id: UUID) -> str:
        """The client's name, else the sender."""
        return str((await self._tx.execute(_NAME_OF, {"id": conversation_id})).scalar_one())

    async def move(self, message_id: UUID, *, from_id: UUID, to_id: UUID, at: datetime) -> None:
        """One row; attachments follow their text."""
        await self._tx.execute(
            _MOVE, {"id": message_id, "from_id": from_id, "to_id": to_id, "at": at}
        )

    async def latest(self, conversation_id: UUID) -> Latest:
        """What is last."""
        row = (await self._tx.execute(_LATEST, {"id": conversation_id})).one()
        return Latest(
            contact_at=row.contact_at,
            text=row.text or "",
            text_direction=Direction(row.text_direction) if row.text_direction else None,
            text_at=row.text_at,
            inbound_at=row.inbound_at,
            inbound_number=row.inbound_number,
            inbound_was_former=row.inbound_was_former,
        )
