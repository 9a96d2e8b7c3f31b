"""Rows of one conversation or client become another's."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.adapters.statements.rows_as_json import rows_as_json
from clientcomm_conversations.application.joined_rows import Moved
from clientcomm_conversations.domain.client import Client, ClientNumber

# One statement over one snapshot: what was absorbed is read as it was. Notes, status and category
# of the survivor win, its blanks are filled (rule 2.5). What was merged before leads here at once.
_ABSORB = text("""
    with messages as (
      update message set conversation_id = :survivor where conversation_id = :absorbed returning 1
    ), markers as (
      update marker set conversation_id = :survivor where conversation_id = :absorbed returning 1
    ), ended as (
      update assignment set until = :at where conversation_id = :absorbed and until is null
    ), redirected as (
      update conversation set merged_into = :survivor where merged_into = :absorbed
    ), gone as (
      delete from conversation_summary where conversation_id = :absorbed
      returning scheduled_count, next_appointment_at, status_id, category_id
    ), filled as (
      update conversation c
         set notes = case when c.notes = '' then a.notes else c.notes end,
             status_id = coalesce(c.status_id, a.status_id),
             category_id = coalesce(c.category_id, a.category_id),
             own_fields = a.own_fields || c.own_fields,
             consent_how = coalesce(c.consent_how, a.consent_how),
             consent_by = case when c.consent_how is null then a.consent_by else c.consent_by end,
             consent_at = case when c.consent_how is null then a.consent_at else c.consent_at end
        from conversation a
       where c.id = :survivor and a.id = :absorbed
    ), absorbed as (
      update conversation
         set merged_into = :survivor, state = 'closed', sequence = :sequence, assigned_to = null,
             last_assigned_to = coalesce(assigned_to, last_assigned_to), closed_at = :at
       where id = :absorbed
    ), shown as (
      update conversation_summary s
         set scheduled_count = s.scheduled_count + gone.scheduled_count,
             next_appointment_at = least(s.next_appointment_at, gone.next_appointment_at),
             status_id = coalesce(s.status_id, gone.status_id),
             category_id = coalesce(s.category_id, gone.category_id)
        from gone where s.conversation_id = :survivor
    )
    select (select count(*) from messages) as messages, (select count(*) from markers) as markers
""")

_FIRST_UNREAD = text("""
    select at, id from message
     where conversation_id = :conversation_id and direction = 'inbound'
       and (at, id) > (coalesce(cast(:at as timestamptz), '-infinity'),
                       coalesce(cast(:message_id as uuid),
                                '00000000-0000-0000-0000-000000000000'))
     order by at, id limit 1
""")

_NUMBERS_OF = text("""
    select distinct value from client_number where client_id = any(cast(:ids as uuid[]))
""")

# Two statements: the primary number of before must be none when the new one becomes it.
_NO_PRIMARY = text("""
    update client_number set is_primary = false
     where is_primary and (client_id = :client_id or id = any(cast(:ids as uuid[])))
""")
_SAVE_NUMBERS = text("""
    insert into client_number as n (id, client_id, value, label, since, until, how, is_primary,
                                    is_wrong, added_by, closed_by)
    select id, :client_id, value, label, since, until, how, is_primary, is_wrong, added_by,
           closed_by
      from json_to_recordset(cast(:rows as json)) as r (
        id uuid, value text, label text, since timestamptz, until timestamptz, how text,
        is_primary boolean, is_wrong boolean, added_by uuid, closed_by uuid)
     order by until nulls last
        on conflict (id) do update
           set client_id = excluded.client_id, label = excluded.label, until = excluded.until,
               is_primary = excluded.is_primary, is_wrong = excluded.is_wrong,
               closed_by = excluded.closed_by
""")

_ABSORB_CLIENT = text("""
    with led_here as (
      update client set merged_into = :survivor where merged_into = :absorbed
    ), held as (
      update client set is_on_legal_hold = true
       where id = :survivor and not is_on_legal_hold
         and exists (select 1 from client where id = :absorbed and is_on_legal_hold)
    )
    update client set merged_into = :survivor, sequence = :sequence where id = :absorbed
""")

_GIVE_TO_CLIENT = text("""
    with given as (
      update conversation set client_id = :client_id where id = any(cast(:ids as uuid[]))
    )
    update conversation_summary set client_id = :client_id
     where conversation_id = any(cast(:ids as uuid[]))
""")

_DEPARTMENT_NAMES = text("select id, name from department where id = any(cast(:ids as uuid[]))")

_WAITING_FOR = text("""
    select id from message
     where conversation_id = any(cast(:ids as uuid[])) and number_to = :number
       and state in ('queued', 'held') and direction = 'outbound'
""")

_SENDER_OF = text("select sender from conversation where id = :id")


class SqlJoining:
    """One transaction's `Joining`."""

    def __init__(self, tx: Executes) -> None:
        self._tx = tx

    async def absorb(
        self, survivor_id: UUID, absorbed_id: UUID, *, sequence: int, at: datetime
    ) -> Moved:
        """Everything of one conversation in one statement."""
        found = await self._tx.execute(
            _ABSORB,
            {"survivor": survivor_id, "absorbed": absorbed_id, "sequence": sequence, "at": at},
        )
        row = found.one()
        return Moved(messages=row.messages, markers=row.markers)

    async def first_unread(
        self, conversation_id: UUID, read_up_to: tuple[datetime | None, UUID | None]
    ) -> tuple[datetime, UUID] | None:
        """Where the first inbound text after the read position stands."""
        at, message_id = read_up_to
        parameters = {"conversation_id": conversation_id, "at": at, "message_id": message_id}
        row = (await self._tx.execute(_FIRST_UNREAD, parameters)).one_or_none()
        return (row.at, row.id) if row else None

    async def numbers_of(self, client_ids: Sequence[UUID]) -> frozenset[str]:
        """All numbers that these clients have or had."""
        found = await self._tx.execute(_NUMBERS_OF, {"ids": list(client_ids)})
        return frozenset(found.scalars())

    async def save_numbers(self, client: Client) -> None:
        """All numbers of the client as they are now."""
        ids = [number.id for number in client.numbers]
        await self._tx.execute(_NO_PRIMARY, {"client_id": client.id, "ids": ids})
        rows = [{name: getattr(n, name) for name in _NUMBER_FIELDS} for n in client.numbers]
        await self._tx.execute(_SAVE_NUMBERS, {"client_id": client.id, "rows": rows_as_json(rows)})

    async def absorb_client(self, absorbed: Client, survivor_id: UUID) -> None:
        """A redirect for ever, and for those who led to the absorbed one."""
        await self._tx.execute(
            _ABSORB_CLIENT,
            {"survivor": survivor_id, "absorbed": absorbed.id, "sequence": absorbed.sequence},
        )

    async def give_to_client(self, conversation_ids: Sequence[UUID], client_id: UUID) -> None:
        """Conversations that go on with another client."""
        if conversation_ids:
            await self._tx.execute(
                _GIVE_TO_CLIENT, {"client_id": client_id, "ids": list(conversation_ids)}
            )

    async def sender_of(self, conversation_id: UUID) -> str | None:
        """None for a conversation that a client began, and for none at all."""
        found = await self._tx.execute(_SENDER_OF, {"id": conversation_id})
        sender: str | None = found.scalar_one_or_none()
        return sender

    async def waiting_for(self, number: str, conversation_ids: Sequence[UUID]) -> Sequence[UUID]:
        """Texts to this number that have not left yet."""
        parameters = {"number": number, "ids": list(conversation_ids)}
        return list((await self._tx.execute(_WAITING_FOR, parameters)).scalars())

    async def department_names(self, department_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """By id."""
        found = await self._tx.execute(_DEPARTMENT_NAMES, {"ids": list(department_ids)})
        return {row.id: row.name for row in found}


_NUMBER_FIELDS = ClientNumber.__slots__
