"""Clients, their numbers, and conversations that begin with them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.adapters.statements.one_transaction import OneTransaction
from clientcomm_conversations.application.clients import NewClient, NewConversation
from clientcomm_conversations.domain.adding import Holder
from clientcomm_conversations.domain.client import Client, ClientNumber
from clientcomm_conversations.domain.search_words import search_text, sort_name

_REGION = text("select default_region from organisation limit 1")

# Who closes the department in this moment waits for us, or we see that it is closed.
_HAS_DEPARTMENT = text("""
    select 1 from department where id = :department_id and not is_closed for key share
""")

_TAKE_TURN = text("select pg_advisory_xact_lock(hashtextextended('number ' || :number, 0))")

_HOLDERS = text("""
    select cl.id as client_id, cl.first_name, cl.last_name, c.id as conversation_id, c.state,
           coalesce(c.assigned_to, c.last_assigned_to) as holder_id,
           s.full_name as holder_name
      from client_number n
      join client cl on cl.id = n.client_id and cl.merged_into is null
      left join conversation c on c.client_id = cl.id and c.department_id = :department_id
                              and c.merged_into is null
      left join staff s on s.id = coalesce(c.assigned_to, c.last_assigned_to)
     where n.value = :number and n.until is null
     order by n.since, cl.id
""")

_INSERT = text("""
    with added as (
      insert into client (id, first_name, last_name, language, time_zone,
                          added_in_department_id, id_number, sequence, created_at, created_by)
      values (:id, :first_name, :last_name, :language, :time_zone, :department_id, :id_number,
              1, :at, :by_staff_id)
    )
    insert into client_number (id, client_id, value, since, how, is_primary, added_by)
    values (:number_id, :id, :number, :at, 'added', true, :by_staff_id)
""")

_LOCK = text("""
    with recursive line(id, merged_into) as (
      select id, merged_into from client where id = :client_id
      union
      select n.id, n.merged_into from line join client n on n.id = line.merged_into
    )
    select cl.id, cl.first_name, cl.last_name, cl.language, cl.time_zone, cl.id_number,
           cl.sequence, cl.merged_into
      from client cl
     where cl.id = (select id from line where merged_into is null)
       for update
""")

_NUMBERS = text("""
    select id, value, label, since, until, is_primary, how, is_wrong, added_by, closed_by
      from client_number
     where client_id = :client_id order by since, id
""")

_SAVE = text("""
    with saved as (
      update client set first_name = :first_name, last_name = :last_name, language = :language,
             time_zone = :time_zone, id_number = :id_number, sequence = :sequence
       where id = :id
    )
    update conversation_summary
       set first_name = :first_name, last_name = :last_name, sort_name = :sort_name,
           language = :language, id_number = :id_number, primary_number = :primary_number,
           search_text = :search_text
     where client_id = :id
""")

_CONVERSATIONS = text("""
    select id from conversation where client_id = :client_id and merged_into is null
""")

_OPEN = text("""
    with opened as (
      insert into conversation (id, department_id, client_id, state, notes, consent_how,
                                consent_by, consent_at, opened_at)
      values (:id, :department_id, :client_id, 'unassigned', :notes, :consent_how,
              case when cast(:consent_how as text) is not null
                   then cast(:by_staff_id as uuid) end,
              case when cast(:consent_how as text) is not null
                   then cast(:at as timestamptz) end, :at)
    )
    insert into conversation_summary (conversation_id, department_id, state, client_id)
    values (:id, :department_id, 'unassigned', :client_id)
""")

_MAKE_CLIENTS = text("""
    with made as (
      update conversation
         set client_id = :client_id,
             notes = case when notes = '' then :notes else notes end,
             consent_how = coalesce(consent_how, :consent_how),
             consent_by = case when cast(:consent_how as text) is not null
                               then cast(:by_staff_id as uuid) end,
             consent_at = case when cast(:consent_how as text) is not null
                               then cast(:at as timestamptz) end
       where id = :id
    )
    update conversation_summary set client_id = :client_id where conversation_id = :id
""")

_FILL_IN = text("""
    update conversation
       set notes = case when notes = '' then :notes
                        when strpos(notes, :notes) > 0 then notes
                        else notes || E'\n' || :notes end,
           consent_by = case when consent_how is null and cast(:consent_how as text) is not null
                             then cast(:by_staff_id as uuid) else consent_by end,
           consent_at = case when consent_how is null and cast(:consent_how as text) is not null
                             then cast(:at as timestamptz) else consent_at end,
           consent_how = coalesce(consent_how, :consent_how)
     where id = :id
""")

# What the list shows of a client whose conversation has just begun.
_SHOW = text("""
    update conversation_summary s
       set first_name = cl.first_name, last_name = cl.last_name, sort_name = :sort_name,
           language = cl.language, id_number = cl.id_number, primary_number = :primary_number,
           search_text = :search_text,
           is_opted_out = exists (
             select 1 from opt_out o where o.department_id = s.department_id
                and o.number = :primary_number and o.is_opted_out)
      from client cl
     where s.conversation_id = :id and cl.id = s.client_id
""")

_CONSENT = text("""
    insert into opt_out_ledger (id, department_id, number, what, how, by_staff_id, client_id, at)
    values (:row_id, :department_id,
            coalesce((select value from client_number
                       where client_id = :client_id and until is null
                       order by is_primary desc, since limit 1), ''),
            'consent_given', :consent_how, :by_staff_id, :client_id, :at)
""")

_SET_NOTES = text("update conversation set notes = :notes where id = :id")

FALLBACK_REGION = "US"


class SqlClients(OneTransaction):
    """A transaction's `Clients`."""

    async def region(self) -> str:
        """The organisation's region."""
        found: str | None = (await self._tx.execute(_REGION)).scalar_one_or_none()
        return found or FALLBACK_REGION

    async def has_department(self, department_id: UUID) -> bool:
        """Whether there is such a department, and it is open until this transaction ends."""
        found = await self._tx.execute(_HAS_DEPARTMENT, {"department_id": department_id})
        return found.first() is not None

    async def take_turn_with(self, number: str) -> None:
        """Two who add the same number at the same time come one after the other."""
        await self._tx.execute(_TAKE_TURN, {"number": number})

    async def holders(self, number: str, department_id: UUID) -> Sequence[Holder]:
        """Clients who have the number now."""
        found = await self._tx.execute(_HOLDERS, {"number": number, "department_id": department_id})
        return [
            Holder(
                client_id=row.client_id,
                first_name=row.first_name,
                last_name=row.last_name,
                conversation_id=row.conversation_id,
                state=ConversationState(row.state) if row.state else None,
                holder_id=row.holder_id,
                holder_name=row.holder_name,
            )
            for row in found
        ]

    async def insert_client(self, new: NewClient) -> Client:
        """A client with their number."""
        await self._tx.execute(_INSERT, {name: getattr(new, name) for name in NewClient.__slots__})
        client = await self.lock_client(new.id)
        assert client is not None
        return client

    async def lock_client(self, client_id: UUID) -> Client | None:
        """The client, or who they were merged into."""
        row = (await self._tx.execute(_LOCK, {"client_id": client_id})).one_or_none()
        # Merged by somebody else while the lock was waited for.
        while row is not None and row.merged_into is not None:
            row = (await self._tx.execute(_LOCK, {"client_id": row.merged_into})).one_or_none()
        if row is None:
            return None
        numbers = await self._tx.execute(_NUMBERS, {"client_id": row.id})
        return Client(
            id=row.id,
            first_name=row.first_name,
            last_name=row.last_name,
            language=row.language,
            time_zone=row.time_zone,
            id_number=row.id_number,
            sequence=row.sequence,
            numbers=tuple(ClientNumber(**number) for number in numbers.mappings()),
        )

    async def save_client(self, client: Client) -> None:
        """The client, and every department's row in its list."""
        await self._tx.execute(
            _SAVE,
            {
                "id": client.id,
                "first_name": client.first_name,
                "last_name": client.last_name,
                "language": client.language,
                "time_zone": client.time_zone,
                "id_number": client.id_number,
                "sequence": client.sequence,
                **_shown(client),
            },
        )

    async def conversations_of(self, client_id: UUID) -> Sequence[UUID]:
        """One per department."""
        return list((await self._tx.execute(_CONVERSATIONS, {"client_id": client_id})).scalars())

    async def open_conversation(self, new: NewConversation) -> None:
        """A conversation with a client."""
        await self._tx.execute(_OPEN, _new(new))
        await self._show(new)

    async def make_clients(self, new: NewConversation) -> None:
        """An unknown sender's conversation becomes a client's."""
        await self._tx.execute(_MAKE_CLIENTS, _new(new))
        await self._show(new)

    async def fill_in(self, typed: NewConversation) -> None:
        """What a conversation lacks."""
        if typed.notes or typed.consent_how:
            await self._tx.execute(_FILL_IN, _new(typed))
            await self._note_consent(typed)

    async def set_notes(self, conversation_id: UUID, notes: str) -> None:
        """The department's notes."""
        await self._tx.execute(_SET_NOTES, {"id": conversation_id, "notes": notes})

    async def _show(self, new: NewConversation) -> None:
        client = await self.lock_client(new.client_id)
        assert client is not None
        await self._tx.execute(_SHOW, {"id": new.id, **_shown(client)})
        await self._note_consent(new)

    async def _note_consent(self, new: NewConversation) -> None:
        if new.consent_how:
            await self._tx.execute(_CONSENT, {**_new(new), "row_id": self.new_id()})


def _new(new: NewConversation) -> Mapping[str, Any]:
    return {name: getattr(new, name) for name in NewConversation.__slots__}


def _shown(client: Client) -> Mapping[str, str | None]:
    names = (client.first_name, client.last_name)
    numbers = [number.value for number in client.numbers]
    return {
        "sort_name": sort_name(*names, None),
        "primary_number": client.primary_number,
        "search_text": search_text(names, numbers, client.id_number),
    }
