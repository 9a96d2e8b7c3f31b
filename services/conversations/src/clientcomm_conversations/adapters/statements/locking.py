"""Conversations under their row locks, with what their row in the list shows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, TextClause, text

from clientcomm_contracts.conversations.events import QuietHours
from clientcomm_contracts.values import ConversationState, Direction
from clientcomm_conversations.adapters.department_settings import settings_of
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.adapters.queries.people import RIGHTS_OF_STAFF, rights_in
from clientcomm_conversations.application.writing import Addresses, Held, Sender
from clientcomm_conversations.domain.reply_numbers import KnownNumber
from clientcomm_conversations.domain.thread import Thread

# Both rows of a conversation are locked: after a wait PostgreSQL reads anew only what it locks.
# Locks are taken in the order of ids, so that two batches cannot wait for each other.
_LOCK = """
    select c.id
      from conversation c
      join conversation_summary s on s.conversation_id = c.id
     where c.id = {survivors}(select coalesce(r.merged_into, r.id) from conversation r
                   where r.id = {these}){end}
     order by c.id
       for update of c, s
"""

# A statement of its own: what else belongs to a conversation (numbers, opt-outs, rights) must be
# seen as it is when the lock is ours, not as it was before a wait for it.
_READ = """
    select c.id, c.department_id, c.client_id, c.sender, c.assigned_to, c.last_assigned_to,
           case when c.state = 'closed' and l.is_active then exists (
                  select 1 from staff_role r
                   where r.staff_id = l.id and r.role = 'case_manager'
                     and (r.department_id is null or r.department_id = c.department_id))
                else false end as can_return_to_last, c.state,
           coalesce(cl.time_zone, d.time_zone) as time_zone,
           cl.language, c.sequence,
           c.reply_position, c.automatic_position, c.bulk_position, c.read_up_to,
           c.read_up_to_id, c.last_inbound_number, c.last_inbound_was_former,
           s.unread_count, s.delivery_problem_at, s.last_contact_at, s.last_text,
           s.last_text_direction, s.last_text_at, s.last_inbound_at, s.is_opted_out,
           array(select r.id from conversation r
                  where r.merged_into = c.id and r.id = {these}) as absorbed
           {more}
      from conversation c
      join conversation_summary s on s.conversation_id = c.id
      join department d on d.id = c.department_id
      left join client cl on cl.id = c.client_id
      left join staff l on l.id = coalesce(c.assigned_to, c.last_assigned_to)
     where c.id = {locked}
     order by c.id
"""

_ADDRESSES = f"""
           , d.name as department_name, d.settings as department_settings,
           (select n.value from department_number n
             where n.department_id = c.department_id and n.until is null) as number_from,
           (select json_agg(json_build_array(n.id, n.value, n.label, n.is_primary,
                                             n.until is null)
                            order by n.is_primary desc, n.since, n.id)
              from client_number n
             where n.client_id = c.client_id
               and (n.until is null or n.value = c.last_inbound_number)) as numbers,
           (select json_agg(o.number)
              from opt_out o
             where o.department_id = c.department_id and o.is_opted_out
               and o.number = any(array(select n.value from client_number n
                                         where n.client_id = c.client_id
                                        union all select c.sender))) as opted_out,
           (select json_agg(json_build_array(f.id, f.full_name, f.roles, f.covers))
              from (select s.id, s.full_name, {RIGHTS_OF_STAFF}
                      from staff s
                     where s.id = any(cast(:staff_ids as uuid[])) and s.is_active) f) as senders
"""  # noqa: S608 - constants

# One conversation has a statement of its own: PostgreSQL keeps its plan, while it would plan
# anew each time for a list of unknown length.
_ONE = {"these": "cast(:id as uuid)", "survivors": "", "end": "", "locked": "cast(:lock as uuid)"}
_MANY = {
    "these": "any(cast(:ids as uuid[]))",
    "survivors": "any(array",
    "end": ")",
    "locked": "any(cast(:locks as uuid[]))",
}
_LOCK_ONE = text(_LOCK.format(**_ONE))
_LOCK_MANY = text(_LOCK.format(**_MANY))
_READ_ONE = text(_READ.format(more="", **_ONE))
_READ_MANY = text(_READ.format(more="", **_MANY))
_READ_ONE_TO_SEND = text(_READ.format(more=_ADDRESSES, **_ONE))
_READ_MANY_TO_SEND = text(_READ.format(more=_ADDRESSES, **_MANY))

_NEXT_HOP = text("""
    select id, coalesce(merged_into, id) as leads_to
      from conversation where id = any(cast(:ids as uuid[]))
""")

_HOPS = 10


class LostToMergesError(Exception):
    """Merges moved a conversation on each time that it was looked for."""


async def lock(tx: Executes, conversation_ids: Iterable[UUID]) -> Held:
    """Lock conversations, redirects followed; unknown ones are left out."""
    return await _lock(tx, (_READ_ONE, _READ_MANY), set(conversation_ids), {})


async def lock_to_send(
    tx: Executes, conversation_ids: Iterable[UUID], *, staff_ids: Iterable[UUID], now: datetime
) -> Held:
    """Lock conversations and read the addresses, and the senders, that texts need."""
    statements = (_READ_ONE_TO_SEND, _READ_MANY_TO_SEND)
    parameters = {"staff_ids": sorted(set(staff_ids)), "now": now}
    return await _lock(tx, statements, set(conversation_ids), parameters)


async def _lock(
    tx: Executes,
    statements: tuple[TextClause, TextClause],
    wanted: set[UUID],
    parameters: Mapping[str, Any],
) -> Held:
    found: dict[UUID, Thread] = {}
    addresses: dict[UUID, Addresses] = {}
    senders: dict[UUID, Sender] = {}
    leads_to = {known_as: known_as for known_as in wanted}
    for _ in range(_HOPS):
        missing = sorted({now for now in leads_to.values() if now not in found})
        if not missing:
            threads = {known_as: found[now] for known_as, now in leads_to.items()}
            return Held({**found, **threads}, addresses, senders)
        rows = await _rows(tx, statements, missing, parameters)
        for row in rows:
            thread = _thread(row)
            found.update(dict.fromkeys((thread.id, *row["absorbed"]), thread))
            if "numbers" in row:
                addresses[thread.id] = _addresses(row)
                senders = senders or _senders(row)
        if len(rows) < len(missing):
            leads_to = await _followed(tx, leads_to, found)
    raise LostToMergesError


async def _rows(
    tx: Executes,
    statements: tuple[TextClause, TextClause],
    ids: Sequence[UUID],
    parameters: Mapping[str, Any],
) -> Sequence[RowMapping]:
    """Lock, then read what is locked. What is not there, or was merged meanwhile, is left out."""
    is_one = len(ids) == 1
    lock, read = (_LOCK_ONE, statements[0]) if is_one else (_LOCK_MANY, statements[1])
    of: dict[str, object] = {"id": ids[0]} if is_one else {"ids": list(ids)}
    locked = list((await tx.execute(lock, of)).scalars())
    if not locked:
        return ()
    where = {"lock": locked[0]} if is_one else {"locks": locked}
    return (await tx.execute(read, {**of, **where, **parameters})).mappings().all()


async def _followed(
    tx: Executes, leads_to: Mapping[UUID, UUID], found: Mapping[UUID, Thread]
) -> dict[UUID, UUID]:
    """One hop on for what was not found: merged while its lock was waited for, or twice."""
    missing = sorted({now for now in leads_to.values() if now not in found})
    hops = await tx.execute(_NEXT_HOP, {"ids": missing}) if missing else ()
    hop: dict[UUID, UUID] = {row.id: row.leads_to for row in hops}
    return {
        known_as: hop.get(now, now)
        for known_as, now in leads_to.items()
        if now in found or now in hop
    }


def _thread(row: Mapping[Any, Any]) -> Thread:
    direction = row["last_text_direction"]
    return Thread(
        id=row["id"],
        department_id=row["department_id"],
        client_id=row["client_id"],
        sender=row["sender"],
        assigned_to=row["assigned_to"],
        last_assigned_to=row["last_assigned_to"],
        can_return_to_last=row["can_return_to_last"],
        state=ConversationState(row["state"]),
        time_zone=row["time_zone"],
        language=row["language"],
        sequence=row["sequence"],
        reply_position=row["reply_position"],
        automatic_position=row["automatic_position"],
        bulk_position=row["bulk_position"],
        read_up_to=row["read_up_to"],
        read_up_to_id=row["read_up_to_id"],
        last_inbound_number=row["last_inbound_number"],
        last_inbound_was_former=row["last_inbound_was_former"],
        unread_count=row["unread_count"],
        delivery_problem_at=row["delivery_problem_at"],
        last_contact_at=row["last_contact_at"],
        last_text=row["last_text"],
        last_text_direction=Direction(direction) if direction else None,
        last_text_at=row["last_text_at"],
        last_inbound_at=row["last_inbound_at"],
        is_opted_out=row["is_opted_out"],
    )


def _addresses(row: Mapping[Any, Any]) -> Addresses:
    return Addresses(
        department_name=row["department_name"],
        number_from=row["number_from"],
        numbers=_numbers(row),
        opted_out=frozenset(row["opted_out"] or ()),
        quiet_hours=_quiet_hours(row["department_settings"]),
    )


def _senders(row: Mapping[Any, Any]) -> dict[UUID, Sender]:
    """The same in each row."""
    return {
        UUID(staff_id): Sender(name, rights_in(UUID(staff_id), roles, covers))
        for staff_id, name, roles, covers in row["senders"] or ()
    }


def _numbers(row: Mapping[Any, Any]) -> tuple[KnownNumber, ...]:
    if row["client_id"] is None:
        return (KnownNumber(None, row["sender"], "", is_primary=True, is_current=True),)
    return tuple(
        KnownNumber(UUID(number_id), value, label, is_primary, is_current)
        for number_id, value, label, is_primary, is_current in row["numbers"] or ()
    )


def _quiet_hours(settings: Mapping[str, Any]) -> QuietHours:
    return settings_of(settings).quiet_hours
