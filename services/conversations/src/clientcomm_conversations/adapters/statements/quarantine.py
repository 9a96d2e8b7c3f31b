"""Texts that reached no open department: kept, given to one, filed in one."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.sms import InboundMedia, TextReceivedV1
from clientcomm_contracts.values import TextTag
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.adapters.queries.quarantine import ROW
from clientcomm_conversations.adapters.statements.rows_as_json import rows_as_json
from clientcomm_conversations.application.quarantined_rows import KeptText, OptOutStanding

# Closing takes the row for itself, so no department closes while a text is being filed in it.
_DEPARTMENTS = text("""
    select id, is_closed from department where id = any(cast(:ids as uuid[]))
     order by id for key share
""")

_DEPARTMENTS_OF = text("""
    select value, department_id from department_number where value = any(:numbers)
""")

_KEEP = text("""
    insert into quarantined_text (id, inbound_id, number_from, number_to, body, received_at,
                                  media, carrier_id, tag, closed_department_id)
    select id, inbound_id, number_from, number_to, body, received_at, media, carrier_id, tag,
           closed_department_id
      from json_to_recordset(cast(:rows as json)) as r (
        id uuid, inbound_id uuid, number_from text, number_to text, body text,
        received_at timestamptz, media jsonb, carrier_id text, tag text,
        closed_department_id uuid)
        on conflict (inbound_id) do nothing
""")

_ADMINISTRATORS = text("""
    select distinct s.id from staff_role r join staff s on s.id = r.staff_id and s.is_active
     where r.role = 'administrator' and r.department_id is null order by s.id
""")

# Constants put together; no value of a person is part of the text.
_ONE = text(f"{ROW} where q.id = :id for update of q")

_GIVE = text("""
    update quarantined_text
       set assigned_to_department_id = :department_id, assigned_by = :by_staff_id,
           assigned_at = :at
     where id = :id
""")

_WHOLE = text("""
    select inbound_id, number_from, number_to, body, received_at, media, carrier_id, tag
      from quarantined_text where id = :id
""")

_FILED = text("""
    update quarantined_text
       set filed_at = :at, filed_by = :by_staff_id, filed_message_id = :message_id
     where id = :id
""")

_OPT_OUT = text("""
    select is_opted_out, since from opt_out
     where department_id = :department_id and number = :number
""")


class SqlQuarantine:
    """`application.quarantined_rows.Quarantine` on one transaction."""

    def __init__(
        self, tx: Executes, *, new_id: Callable[[], UUID], now: Callable[[], datetime]
    ) -> None:
        self._tx = tx
        self._new_id = new_id
        self._now = now

    async def closed_among(self, department_ids: Collection[UUID]) -> frozenset[UUID]:
        if not department_ids:
            return frozenset()
        found = await self._tx.execute(_DEPARTMENTS, {"ids": sorted(department_ids)})
        return frozenset(row.id for row in found if row.is_closed)

    async def departments_of(self, numbers: Collection[str]) -> Mapping[str, UUID]:
        if not numbers:
            return {}
        found = await self._tx.execute(_DEPARTMENTS_OF, {"numbers": sorted(numbers)})
        return {row.value: row.department_id for row in found}

    async def keep(self, events: Sequence[TextReceivedV1]) -> None:
        rows = [self._row(event) for event in events]
        if rows:
            await self._tx.execute(_KEEP, {"rows": rows_as_json(rows)})

    def _row(self, event: TextReceivedV1) -> Mapping[str, Any]:
        return {
            "id": self._new_id(),
            "inbound_id": event.aggregate_id,
            "number_from": event.number_from,
            "number_to": event.number_to,
            "body": event.body.replace("\x00", ""),
            "received_at": event.received_at,
            "media": [media.model_dump(mode="json") for media in event.media],
            "carrier_id": event.carrier_id,
            "tag": event.tag,
            "closed_department_id": event.department_id,
        }

    async def administrators(self) -> Sequence[UUID]:
        return list((await self._tx.execute(_ADMINISTRATORS)).scalars())

    async def text(self, text_id: UUID) -> KeptText | None:
        row = (await self._tx.execute(_ONE, {"id": text_id})).mappings().one_or_none()
        return KeptText(**row) if row else None

    async def give(self, text_id: UUID, department_id: UUID, *, by_staff_id: UUID) -> None:
        given = {"id": text_id, "department_id": department_id, "by_staff_id": by_staff_id}
        await self._tx.execute(_GIVE, {**given, "at": self._now()})

    async def as_received(self, text_id: UUID) -> TextReceivedV1:
        row = (await self._tx.execute(_WHOLE, {"id": text_id})).one()
        return TextReceivedV1(
            aggregate_id=row.inbound_id,
            sequence=1,
            occurred_at=self._now(),
            department_id=None,
            number_from=row.number_from,
            number_to=row.number_to,
            body=row.body,
            received_at=row.received_at,
            tag=TextTag(row.tag) if row.tag else None,
            media=tuple(InboundMedia.model_validate(one) for one in row.media),
            carrier_id=row.carrier_id,
        )

    async def note_filed(self, text_id: UUID, message_id: UUID, *, by_staff_id: UUID) -> None:
        filed = {"id": text_id, "message_id": message_id, "by_staff_id": by_staff_id}
        await self._tx.execute(_FILED, {**filed, "at": self._now()})

    async def opt_out(self, department_id: UUID, number: str) -> OptOutStanding | None:
        asked = {"department_id": department_id, "number": number}
        row = (await self._tx.execute(_OPT_OUT, asked)).one_or_none()
        return OptOutStanding(row.is_opted_out, row.since) if row else None
