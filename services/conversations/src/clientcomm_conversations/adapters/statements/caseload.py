"""Caseloads: how their conversations stand, who receives them, and with what outcome they end."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.conversations.labels import LabelKind
from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.adapters.queries import people
from clientcomm_conversations.adapters.statements.one_transaction import OneTransaction
from clientcomm_conversations.application.caseload import Outcome
from clientcomm_conversations.application.places import Place
from clientcomm_conversations.domain.caseload import Case
from clientcomm_conversations.domain.permissions import ConversationFacts, StaffRights

_CASES = text("""
    select asked.id as asked_id, c.id, c.department_id, c.assigned_to, c.state, s.unread_count,
           s.scheduled_count, s.next_appointment_at is not null as has_appointment
      from unnest(cast(:ids as uuid[])) with ordinality as asked (id, place)
      left join conversation r on r.id = asked.id
      left join conversation c on c.id = coalesce(r.merged_into, r.id)
      left join conversation_summary s on s.conversation_id = c.id
     order by asked.place
""")

# Shared: many transfers to one receiver at once, but nobody is deactivated in between.
_HOLD_STAFF = text("select 1 from staff where id = :staff_id for share")

_OUTCOMES = """
    select id, department_id, name, is_default, is_offered from outcome
"""
_OUTCOMES_OF = text(
    _OUTCOMES + "where department_id = any(cast(:ids as uuid[])) order by place, lower(name), id"
)
_OUTCOME = text(_OUTCOMES + "where id = :id")

_LAST_INBOUND = text("""
    select asked.id as conversation_id, m.at, m.id as message_id
      from unnest(cast(:ids as uuid[])) as asked (id)
      cross join lateral (
        select at, id from message
         where conversation_id = asked.id and direction = 'inbound'
         order by at desc, id desc limit 1) m
""")

# What the carrier does not have yet is young; no index tells it apart, since each text would have
# to leave that index with its first report.
_UNSENT = text("""
    select m.id
      from message m
     where m.conversation_id = any(cast(:ids as uuid[])) and m.direction = 'outbound'
       and m.at > cast(:since as timestamptz)
       and m.author <> 'staff' and m.state in ('queued', 'held')
     order by m.written_at, m.id
""")

# Held as it is: who moves the entry in its list meanwhile would not see the row that gets it.
_OFFERING = {
    LabelKind.STATUS: text(
        "select department_id from status where id = :id and is_offered for share"
    ),
    LabelKind.CATEGORY: text(
        "select department_id from category where id = :id and is_offered for share"
    ),
}
_SET_LABEL = {
    LabelKind.STATUS: text("""
        with kept as (update conversation set status_id = :label_id where id = :id)
        update conversation_summary set status_id = :label_id where conversation_id = :id
    """),
    LabelKind.CATEGORY: text("""
        with kept as (update conversation set category_id = :label_id where id = :id)
        update conversation_summary set category_id = :label_id where conversation_id = :id
    """),
}

_UNSENT_FOR = timedelta(days=7)


class SqlCaseloads(OneTransaction):
    """A transaction's `Caseloads`."""

    async def cases(self, conversation_ids: Sequence[UUID]) -> Sequence[tuple[UUID, Case | None]]:
        """Conversations as a transfer or closing sees them."""
        found = await self._tx.execute(_CASES, {"ids": list(conversation_ids)})
        return [(row["asked_id"], _case(row)) for row in found.mappings()]

    async def receiver_rights(self, staff_id: UUID) -> StaffRights | None:
        """An active member of staff, held as they are."""
        await self._tx.execute(_HOLD_STAFF, {"staff_id": staff_id})
        return await people.staff_rights(self._tx, staff_id, self.now())

    async def outcomes(self, department_ids: Sequence[UUID]) -> Sequence[Outcome]:
        """Outcomes of departments, in their order."""
        found = await self._tx.execute(_OUTCOMES_OF, {"ids": list(department_ids)})
        return [Outcome(**row) for row in found.mappings()]

    async def outcome(self, outcome_id: UUID) -> Outcome | None:
        """One outcome."""
        row = (await self._tx.execute(_OUTCOME, {"id": outcome_id})).mappings().one_or_none()
        return Outcome(**row) if row else None

    async def last_inbound_places(self, conversation_ids: Sequence[UUID]) -> Mapping[UUID, Place]:
        """The last inbound text of each of these threads."""
        found = await self._tx.execute(_LAST_INBOUND, {"ids": list(conversation_ids)})
        return {row.conversation_id: Place(row.at, row.message_id) for row in found}

    async def unsent_automatic(self, conversation_ids: Sequence[UUID]) -> Sequence[UUID]:
        """Texts of no person that have not gone."""
        since = self.now() - _UNSENT_FOR
        found = await self._tx.execute(_UNSENT, {"ids": list(conversation_ids), "since": since})
        return list(found.scalars())

    async def department_offering(self, kind: LabelKind, label_id: UUID) -> UUID | None:
        """The department that offers this label."""
        found = await self._tx.execute(_OFFERING[kind], {"id": label_id})
        department_id: UUID | None = found.scalar_one_or_none()
        return department_id

    async def set_label(
        self, conversation_id: UUID, kind: LabelKind, label_id: UUID | None
    ) -> None:
        """Set or clear a label."""
        await self._tx.execute(_SET_LABEL[kind], {"id": conversation_id, "label_id": label_id})


def _case(row: Mapping[Any, Any]) -> Case | None:
    if row["id"] is None:
        return None
    return Case(
        conversation_id=row["id"],
        facts=ConversationFacts(
            row["department_id"], row["assigned_to"], ConversationState(row["state"])
        ),
        unread_texts=row["unread_count"],
        scheduled_texts=row["scheduled_count"],
        has_appointment=row["has_appointment"],
    )
