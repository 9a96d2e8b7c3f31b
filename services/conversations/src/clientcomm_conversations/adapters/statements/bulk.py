"""Mass messages, their frozen recipients, and slices of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.adapters.statements.one_transaction import OneTransaction
from clientcomm_conversations.adapters.statements.rows_as_json import rows_as_json
from clientcomm_conversations.application.bulk import (
    BulkPace,
    NewMassMessage,
    Progress,
    Recipient,
    WaitingMassMessage,
)
from clientcomm_conversations.domain.mass_message import Candidate, Chosen
from clientcomm_conversations.domain.permissions import ConversationFacts

_CANDIDATES = text("""
    select asked.id as asked_id, c.id, c.department_id, c.assigned_to, c.state,
           s.primary_number is not null as has_number, s.is_opted_out
      from unnest(cast(:ids as uuid[])) with ordinality as asked (id, place)
      left join conversation r on r.id = asked.id
      left join conversation c on c.id = coalesce(r.merged_into, r.id)
      left join conversation_summary s on s.conversation_id = c.id
     order by asked.place
""")

# What has been on its way for a day is stuck for another reason, and must not hold up the rest.
_PACE = text("""
    select d.segments_per_second,
           exists (select 1 from department_number n
                    where n.department_id = d.id and n.until is null) as has_number,
           (select coalesce(sum((m.written - m.settled) * m.segments), 0)
              from mass_message m
             where m.department_id = d.id and m.created_at > cast(:since as timestamptz)
               and m.written > m.settled) as on_their_way
      from department d where d.id = :department_id
""")

_INSERT = text("""
    insert into mass_message (id, department_id, staff_id, body, segments, recipients, skipped,
                              created_at, starts_at, sequence)
    values (:id, :department_id, :staff_id, :body, :segments, :recipients, :skipped, :at, :at, 1)
    returning sequence, department_id, recipients, written, skipped,
              stopped_at is not null as is_stopped
""")

_INSERT_RECIPIENTS = text("""
    insert into mass_recipient (id, mass_message_id, conversation_id, position, skipped_code)
    select id, :mass_message_id, conversation_id, position, skipped_code
      from json_to_recordset(cast(:rows as json)) as r (
        id uuid, conversation_id uuid, position int, skipped_code text)
""")

_TURN = "hashtextextended('bulk ' || cast(:department_id as text), 0)"
_TAKE_TURN = text(f"select pg_advisory_xact_lock({_TURN})")
_TRY_TURN = text(f"select pg_try_advisory_xact_lock({_TURN})")

_DEPARTMENTS = text("""
    select distinct department_id from mass_message
     where released_at is null and stopped_at is null and starts_at <= :now
""")

# Deactivating the author waits until this slice is written, or this waits for that.
_NEXT = text("""
    select m.id, m.staff_id, s.full_name as staff_name, s.is_active as is_author_active,
           m.body, m.segments, m.not_after
      from mass_message m join staff s on s.id = m.staff_id
     where m.department_id = :department_id and m.released_at is null and m.stopped_at is null
       and m.starts_at <= :now
     order by m.id limit 1 for share of s
""")

_RECIPIENTS = text("""
    select id, conversation_id from mass_recipient
     where mass_message_id = :id and message_id is null and skipped_code is null
     order by position limit :most
""")

_TEXTED = text("""
    select conversation_id from message
     where mass_message_id = :id and conversation_id = any(cast(:ids as uuid[]))
""")

_DEALT_WITH = text("""
    update mass_recipient m set message_id = r.message_id, skipped_code = r.skipped_code
      from json_to_recordset(cast(:rows as json)) as r (
        id uuid, message_id uuid, skipped_code text)
     where m.id = r.id
""")

_PROGRESS = text("""
    update mass_message m
       set written = m.written + :written, skipped = m.skipped + :skipped,
           sequence = m.sequence + 1,
           released_at = case when not exists (
                           select 1 from mass_recipient r
                            where r.mass_message_id = m.id and r.message_id is null
                              and r.skipped_code is null)
                         then cast(:now as timestamptz) end
     where m.id = :id
    returning sequence, department_id, recipients, written, skipped,
              stopped_at is not null as is_stopped
""")

_STOP = text("""
    update mass_message set stopped_at = :now, stopped_by = :by_staff_id, sequence = sequence + 1
     where id = :id and stopped_at is null
    returning sequence, department_id, recipients, written, skipped, true as is_stopped
""")

_UNSENT = text("""
    select id from message
     where mass_message_id = :id and state in ('queued', 'held', 'sending') order by id
""")

_WAITING_OF = text("""
    select m.id
      from mass_message mm
      join message m on m.mass_message_id = mm.id
     where mm.staff_id = :staff_id and mm.written > mm.settled and mm.stopped_at is null
       and m.staff_id = mm.staff_id and m.state in ('queued', 'held', 'sending')
     order by m.id
""")

# The canceled text stays in its thread and is none of the mass message's any more.
_RETURN = text("""
    with canceled as (
      select m.id, m.mass_message_id
        from message m
        join mass_message mm on mm.id = m.mass_message_id and mm.stopped_at is null
        join staff s on s.id = mm.staff_id and not s.is_active
       where m.id = any(cast(:ids as uuid[])) and m.staff_id = mm.staff_id
    ), given_up as (
      update message set mass_message_id = null where id in (select id from canceled)
    ), waiting as (
      update mass_recipient r set message_id = null
        from canceled c where r.mass_message_id = c.mass_message_id and r.message_id = c.id
      returning r.mass_message_id
    )
    update mass_message mm
       set written = mm.written - w.texts, settled = mm.settled - w.texts, released_at = null,
           sequence = mm.sequence + 1
      from (select mass_message_id, count(*) as texts from waiting group by mass_message_id) w
     where mm.id = w.mass_message_id
    returning mm.id, mm.sequence, mm.department_id, mm.recipients, mm.written, mm.skipped,
              false as is_stopped
""")


class SqlBulk(OneTransaction):
    """A transaction's `Bulk`."""

    async def candidates(
        self, conversation_ids: Sequence[UUID]
    ) -> Sequence[tuple[UUID, Candidate | None]]:
        """What was asked for, in order."""
        found = await self._tx.execute(_CANDIDATES, {"ids": list(conversation_ids)})
        return [(row.asked_id, _candidate(row)) for row in found]

    async def bulk_pace(self, department_id: UUID) -> BulkPace:
        """How fast the number sends, and what is on its way."""
        since = self.now() - timedelta(days=1)
        found = await self._tx.execute(_PACE, {"department_id": department_id, "since": since})
        row = found.one()
        return BulkPace(row.segments_per_second, int(row.on_their_way), row.has_number)

    async def insert_mass_message(self, new: NewMassMessage, chosen: Sequence[Chosen]) -> Progress:
        """The mass message with all its recipients, left out or not."""
        skipped = sum(1 for one in chosen if one.left_out is not None)
        made = await self._tx.execute(
            _INSERT,
            {
                **{name: getattr(new, name) for name in NewMassMessage.__slots__},
                "recipients": len(chosen) - skipped,
                "skipped": skipped,
            },
        )
        rows = [
            {
                "id": self.new_id(),
                "conversation_id": one.conversation_id,
                "position": position,
                "skipped_code": one.left_out,
            }
            for position, one in enumerate(chosen, start=1)
        ]
        await self._tx.execute(
            _INSERT_RECIPIENTS, {"mass_message_id": new.id, "rows": rows_as_json(rows)}
        )
        return _progress(made.one())

    async def take_turn_with_bulk(self, department_id: UUID) -> None:
        """Wait for the department's turn."""
        await self._tx.execute(_TAKE_TURN, {"department_id": department_id})

    async def try_turn_with_bulk(self, department_id: UUID) -> bool:
        """The department's turn, if nobody has it."""
        found = await self._tx.execute(_TRY_TURN, {"department_id": department_id})
        return bool(found.scalar_one())

    async def next_mass_message(self, department_id: UUID) -> WaitingMassMessage | None:
        """The department's oldest that is not released yet."""
        found = await self._tx.execute(_NEXT, {"department_id": department_id, "now": self.now()})
        row = found.mappings().one_or_none()
        return WaitingMassMessage(**row) if row else None

    async def next_recipients(self, mass_message_id: UUID, most: int) -> Sequence[Recipient]:
        """The next who have no text yet."""
        found = await self._tx.execute(_RECIPIENTS, {"id": mass_message_id, "most": most})
        return [Recipient(row.id, row.conversation_id) for row in found]

    async def texted_by(
        self, mass_message_id: UUID, conversation_ids: Sequence[UUID]
    ) -> frozenset[UUID]:
        """Conversations that this mass message has reached."""
        found = await self._tx.execute(
            _TEXTED, {"id": mass_message_id, "ids": list(conversation_ids)}
        )
        return frozenset(found.scalars())

    async def record_release(
        self, mass_message_id: UUID, recipients: Sequence[Recipient]
    ) -> Progress:
        """What became of these recipients; the mass message itself is locked last, always."""
        rows = [
            {"id": r.id, "message_id": r.message_id, "skipped_code": r.left_out} for r in recipients
        ]
        await self._tx.execute(_DEALT_WITH, {"rows": rows_as_json(rows)})
        written = sum(1 for recipient in recipients if recipient.message_id is not None)
        found = await self._tx.execute(
            _PROGRESS,
            {
                "id": mass_message_id,
                "written": written,
                "skipped": len(recipients) - written,
                "now": self.now(),
            },
        )
        return _progress(found.one())

    async def stop_mass_message(
        self, mass_message_id: UUID, *, by_staff_id: UUID
    ) -> Progress | None:
        """Release no more of it."""
        found = await self._tx.execute(
            _STOP, {"id": mass_message_id, "by_staff_id": by_staff_id, "now": self.now()}
        )
        row = found.one_or_none()
        return _progress(row) if row else None

    async def unsent_of(self, mass_message_id: UUID) -> Sequence[UUID]:
        """Texts that the carrier does not have yet."""
        return list((await self._tx.execute(_UNSENT, {"id": mass_message_id})).scalars())

    async def waiting_bulk_of(self, staff_id: UUID) -> Sequence[UUID]:
        """Texts of somebody's mass messages, in their name, that the carrier does not have yet."""
        return list((await self._tx.execute(_WAITING_OF, {"staff_id": staff_id})).scalars())

    async def return_recipients(
        self, message_ids: Sequence[UUID]
    ) -> Sequence[tuple[UUID, Progress]]:
        """Recipients of canceled texts of authors who are gone wait once more."""
        found = await self._tx.execute(_RETURN, {"ids": list(message_ids)})
        return [(row.id, _progress(row)) for row in found]

    def wake_release(self) -> None:
        """There is bulk to release, once this is committed."""
        self._tx.after_commit(self._wake_release)


def _candidate(row: Row[Any]) -> Candidate | None:
    if row.id is None:
        return None
    return Candidate(
        conversation_id=row.id,
        facts=ConversationFacts(row.department_id, row.assigned_to, ConversationState(row.state)),
        has_number=row.has_number,
        is_opted_out=row.is_opted_out,
    )


async def departments_with_bulk(tx: Executes, now: datetime) -> Sequence[UUID]:
    """Where something waits to be released."""
    return list((await tx.execute(_DEPARTMENTS, {"now": now})).scalars())


def _progress(row: Row[Any]) -> Progress:
    return Progress(
        sequence=row.sequence,
        department_id=row.department_id,
        recipients=row.recipients,
        written=row.written,
        skipped=row.skipped,
        is_stopped=row.is_stopped,
    )
