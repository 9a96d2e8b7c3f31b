"""Who opted out, the ledger behind it, and whose threads show it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.sms import OptOutRecordedV1
from clientcomm_conversations.adapters.statements.one_transaction import OneTransaction
from clientcomm_conversations.adapters.statements.rows_as_json import rows_as_json
from clientcomm_conversations.application.arrived_rows import Texted

_SET = text("""
    with noted as (
      insert into opt_out_ledger (id, department_id, number, what, how, by_staff_id, at)
      values (:id, :department_id, :number, :what, :how, :by_staff_id, :at)
    )
    insert into opt_out as o (department_id, number, is_opted_out, sequence, since)
    values (:department_id, :number, :is_opted_out, :sequence, :at)
        on conflict (department_id, number) do update
           set is_opted_out = excluded.is_opted_out, sequence = excluded.sequence,
               since = excluded.since, suspected_message_id = null, suspected_at = null
         where o.sequence < excluded.sequence
    returning 1
""")

_PAIRS = "json_to_recordset(cast(:pairs as json)) as p (department_id uuid, sender text)"

_WITH_NUMBERS = text(f"""
    select p.department_id, p.sender, c.id
      from {_PAIRS}
      join conversation c on c.department_id = p.department_id and c.sender = p.sender
                         and c.client_id is null and c.merged_into is null
    union
    select p.department_id, p.sender, c.id
      from {_PAIRS}
      join client_number n on n.value = p.sender and n.until is null
      join conversation c on c.client_id = n.client_id and c.department_id = p.department_id
                         and c.merged_into is null
""")  # noqa: S608 - constants

_ARE_OPTED_OUT = text("""
    select c.id
      from conversation c
      join opt_out o on o.department_id = c.department_id and o.is_opted_out
                    and o.number = coalesce(
                          (select n.value from client_number n
                            where n.client_id = c.client_id and n.is_primary
                              and n.until is null),
                          case when c.client_id is null then c.sender end)
     where c.id = any(cast(:ids as uuid[]))
""")


class SqlConsent(OneTransaction):
    """Who opted out; a part of a transaction's `Arrivals`."""

    async def set_opt_out(self, event: OptOutRecordedV1) -> bool:
        """Note it in the ledger; False if newer news of this number is known already."""
        found = await self._tx.execute(
            _SET,
            {
                "id": self.new_id(),
                "department_id": event.department_id,
                "number": event.number,
                "what": "opted_out" if event.is_opted_out else "opted_in",
                "how": event.how,
                "by_staff_id": event.by_staff_id,
                "at": event.occurred_at,
                "is_opted_out": event.is_opted_out,
                "sequence": event.sequence,
            },
        )
        return found.one_or_none() is not None

    async def threads_with_numbers(
        self, pairs: Sequence[Texted]
    ) -> Mapping[Texted, Sequence[UUID]]:
        """Conversations of departments whose client, or unknown sender, has a number now."""
        rows = rows_as_json(pair._asdict() for pair in pairs)
        threads: dict[Texted, list[UUID]] = defaultdict(list)
        for row in await self._tx.execute(_WITH_NUMBERS, {"pairs": rows}):
            threads[Texted(row.department_id, row.sender)].append(row.id)
        return threads

    async def opted_out_among(self, conversation_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Those whose usual number has opted out of their department."""
        found = await self._tx.execute(_ARE_OPTED_OUT, {"ids": sorted(conversation_ids)})
        return frozenset(found.scalars())
