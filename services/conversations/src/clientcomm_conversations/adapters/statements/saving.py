"""Locked conversations back into the tables, with all that was added to them, at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.adapters.statements.rows_as_json import rows_as_json
from clientcomm_conversations.domain.entries import Marker, Message
from clientcomm_conversations.domain.thread import Assignment, Thread

_MESSAGE_COLUMNS = """
    id, conversation_id, department_id, direction, author, staff_id, lane, position, body, state,
    segments, number_from, number_to, at, written_at, received_at, not_after, error_code, tag,
    from_former_number, occurrence_id, mass_message_id, resend_of, inbound_id
"""

_WRITTEN = f"""
    written as (
      insert into message ({_MESSAGE_COLUMNS})
      select {_MESSAGE_COLUMNS}
        from json_to_recordset(cast(:written as json)) as r (
          id uuid, conversation_id uuid, department_id uuid, direction text, author text,
          staff_id uuid, lane text, position int, body text, state text, segments int,
          number_from text, number_to text, at timestamptz, written_at timestamptz,
          received_at timestamptz, not_after timestamptz, error_code text, tag text,
          from_former_number boolean, occurrence_id uuid, mass_message_id uuid, resend_of uuid,
          inbound_id uuid)
    )
"""  # noqa: S608 - constants

_MOVED = """
    moved as (
      update message m
         set state = r.state, version = r.version, error_code = r.error_code,
             segments = coalesce(r.segments, m.segments),
             sent_at = coalesce(m.sent_at, r.sent_at),
             delivered_at = coalesce(r.delivered_at, m.delivered_at),
             has_no_receipt = r.has_no_receipt
        from json_to_recordset(cast(:moved as json)) as r (
          id uuid, state text, version int, error_code text, segments int,
          sent_at timestamptz, delivered_at timestamptz, has_no_receipt boolean)
       where m.id = r.id
    )
"""

_MARKED = """
    marked as (
      insert into marker (id, conversation_id, department_id, at, kind, by_staff_id, details)
      select id, conversation_id, department_id, at, kind, by_staff_id, details
        from json_to_recordset(cast(:marked as json)) as r (
          id uuid, conversation_id uuid, department_id uuid, at timestamptz, kind text,
          by_staff_id uuid, details jsonb)
    )
"""

_THREADS = """
    threads as (
      select * from json_to_recordset(cast(:threads as json)) as r (
        id uuid, assigned_to uuid, last_assigned_to uuid, state text, sequence int,
        reply_position int, automatic_position int, bulk_position int, read_up_to timestamptz,
        read_up_to_id uuid, last_inbound_number text, last_inbound_was_former boolean,
        unread_count int, delivery_problem_at timestamptz, last_contact_at timestamptz,
        last_text text, last_text_direction text, last_text_at timestamptz,
        last_inbound_at timestamptz, is_opted_out boolean, closed_at timestamptz, closed_by uuid,
        outcome_id uuid)
    ),
    kept as (
      update conversation c
         set assigned_to = r.assigned_to, last_assigned_to = r.last_assigned_to, state = r.state,
             sequence = r.sequence, reply_position = r.reply_position,
             automatic_position = r.automatic_position, bulk_position = r.bulk_position,
             read_up_to = r.read_up_to, read_up_to_id = r.read_up_to_id,
             last_inbound_number = r.last_inbound_number,
             last_inbound_was_former = r.last_inbound_was_former,
             closed_at = case when r.state = 'closed' then coalesce(r.closed_at, c.closed_at) end,
             closed_by = case when r.state = 'closed' then coalesce(r.closed_by, c.closed_by) end,
             outcome_id = case when r.state = 'closed'
                               then coalesce(r.outcome_id, c.outcome_id) end
        from threads r
       where c.id = r.id
    )
"""

_SHOWN = """
    update conversation_summary s
       set assigned_to = r.assigned_to, state = r.state, unread_count = r.unread_count,
           is_unread = r.unread_count > 0,
           has_delivery_problem = r.delivery_problem_at is not null,
           delivery_problem_at = r.delivery_problem_at, last_contact_at = r.last_contact_at,
           last_text = r.last_text, last_text_direction = r.last_text_direction,
           last_text_at = r.last_text_at, last_inbound_at = r.last_inbound_at,
           is_opted_out = r.is_opted_out
      from threads r
     where s.conversation_id = r.id
       and (s.assigned_to, s.state, s.unread_count, s.delivery_problem_at, s.last_contact_at,
            s.last_text, s.last_text_direction, s.last_text_at, s.last_inbound_at,
            s.is_opted_out)
           is distinct from
           (r.assigned_to, r.state, r.unread_count, r.delivery_problem_at, r.last_contact_at,
            r.last_text, r.last_text_direction, r.last_text_at, r.last_inbound_at,
            r.is_opted_out)
"""

# A text that failed is no contact any more (rule 2.13); the one before it is the last.
_RECOUNT = text("""
    update conversation_summary s
       set last_contact_at = (
             select m.at from message m
              where m.conversation_id = s.conversation_id
                and (m.direction = 'inbound'
                     or (m.author in ('staff', 'schedule')
                         and m.state not in ('undelivered', 'failed', 'blocked', 'missed',
                                             'unknown', 'canceled')))
              order by m.at desc, m.id desc limit 1)
     where s.conversation_id = any(cast(:ids as uuid[]))
""")

# Mass messages are locked after conversations, always, so that a release cannot wait in a circle.
_SETTLED = """
    settled as (
      update mass_message m set settled = m.settled + r.more
        from json_to_recordset(cast(:settled as json)) as r (id uuid, more int)
       where m.id = r.id
    )
"""

_PARTS = {"written": _WRITTEN, "moved": _MOVED, "marked": _MARKED, "settled": _SETTLED}


async def save(
    tx: Executes, threads: Sequence[Thread], *, settled: Mapping[UUID, int] | None = None
) -> None:
    """Write everything in one statement; a second one only where a contact is gone."""
    if not threads:
        return
    added = {
        "written": [_message_row(m) for thread in threads for m in thread.written],
        "moved": [asdict(m) for thread in threads for m in thread.moved.values()],
        "marked": [_marker_row(m) for thread in threads for m in thread.markers],
        "settled": [
            {"id": mass, "more": more} for mass, more in sorted((settled or {}).items()) if more
        ],
    }
    present = {name: rows for name, rows in added.items() if rows}
    parameters = {name: rows_as_json(rows) for name, rows in present.items()}
    parameters["threads"] = rows_as_json(map(_thread_row, threads))
    await tx.execute(_statement(tuple(present)), parameters)
    await _recount_contacts(tx, threads)
    await _record_assignments(tx, threads)
    for thread in threads:
        thread.was_saved()


# One statement each: the end of the old assignment must be seen before the new one begins.
_END_ASSIGNMENT = text("""
    update assignment a set until = r.since
      from json_to_recordset(cast(:rows as json)) as r (conversation_id uuid, since timestamptz)
     where a.conversation_id = r.conversation_id and a.until is null
""")
_BEGIN_ASSIGNMENT = text("""
    insert into assignment (id, conversation_id, staff_id, since, by_staff_id, note)
    select id, conversation_id, staff_id, since, by_staff_id, note
      from json_to_recordset(cast(:rows as json)) as r (
        id uuid, conversation_id uuid, staff_id uuid, since timestamptz, by_staff_id uuid,
        note text)
""")


async def _record_assignments(tx: Executes, threads: Sequence[Thread]) -> None:
    rows = [
        {name: getattr(assignment, name) for name in _ASSIGNMENT_FIELDS}
        for thread in threads
        for assignment in thread.handed_to[-1:]
    ]
    if rows:
        parameter = {"rows": rows_as_json(rows)}
        await tx.execute(_END_ASSIGNMENT, parameter)
        await tx.execute(_BEGIN_ASSIGNMENT, parameter)


@cache
def _statement(parts: tuple[str, ...]) -> TextClause:
    return text("with " + ",".join([*(_PARTS[part] for part in parts), _THREADS]) + _SHOWN)


async def _recount_contacts(tx: Executes, threads: Iterable[Thread]) -> None:
    stale = sorted(_ids(thread for thread in threads if thread.has_stale_contact))
    if stale:
        await tx.execute(_RECOUNT, {"ids": stale})


def _ids(threads: Iterable[Thread]) -> set[UUID]:
    return {thread.id for thread in threads}


def _thread_row(thread: Thread) -> dict[str, Any]:
    closing = thread.closing
    return {
        "id": thread.id,
        "assigned_to": thread.assigned_to,
        "last_assigned_to": thread.last_assigned_to,
        "state": thread.state,
        "sequence": thread.sequence,
        "reply_position": thread.reply_position,
        "automatic_position": thread.automatic_position,
        "bulk_position": thread.bulk_position,
        "read_up_to": thread.read_up_to,
        "read_up_to_id": thread.read_up_to_id,
        "last_inbound_number": thread.last_inbound_number,
        "last_inbound_was_former": thread.last_inbound_was_former,
        "unread_count": thread.unread_count,
        "delivery_problem_at": thread.delivery_problem_at,
        "last_contact_at": thread.last_contact_at,
        "last_text": thread.last_text,
        "last_text_direction": thread.last_text_direction,
        "last_text_at": thread.last_text_at,
        "last_inbound_at": thread.last_inbound_at,
        "is_opted_out": thread.is_opted_out,
        "closed_at": closing.at if closing else None,
        "closed_by": closing.by_staff_id if closing else None,
        "outcome_id": closing.outcome_id if closing else None,
    }


def _message_row(message: Message) -> dict[str, Any]:
    return {name: getattr(message, name) for name in _MESSAGE_FIELDS}


def _marker_row(marker: Marker) -> dict[str, Any]:
    return {name: getattr(marker, name) for name in _MARKER_FIELDS}


_MESSAGE_FIELDS = Message.__slots__
_MARKER_FIELDS = Marker.__slots__
_ASSIGNMENT_FIELDS = Assignment.__slots__
