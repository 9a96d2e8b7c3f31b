"""Pages of a thread: texts and markers merged by time, keyset-paged."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.conversations.events import Attachment
from clientcomm_contracts.conversations.views import (
    MarkerView,
    MessageProblem,
    MessageView,
    ThreadItem,
)
from clientcomm_contracts.values import Direction, MessageState
from clientcomm_conversations.adapters.queries.cursors import (
    instant_of,
    invalid_cursor,
    micros,
    read_cursor,
    write_cursor,
)
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.adapters.queries.rows import staff_name
from clientcomm_conversations.application.reading import Access, ThreadPage
from clientcomm_conversations.domain.failure_words import problem_of

_CURSOR = "thread"

_MESSAGE = """
    m.id, m.conversation_id, m.direction, m.author, m.staff_id, s.full_name as staff_name,
    m.lane, m.body, m.state, m.segments, m.error_code, m.number_from, m.number_to, m.at,
    m.written_at, m.sent_at, m.delivered_at, m.tag, m.from_former_number, m.resend_of,
    m.has_no_receipt, m.occurrence_id, m.mass_message_id,
    (select r.id from message r where r.resend_of = m.id order by r.at desc limit 1)
      as resent_as,
    (select json_agg(json_build_object('id', a.id, 'content_type', a.content_type,
                       'size_bytes', a.size_bytes, 'file_name', a.file_name,
                       'object_key', a.object_key, 'problem', a.problem)
                     order by a.position, a.id)
       from attachment a where a.message_id = m.id) as attachments
"""

# Constants of this module put together; no value of a person is part of the text.
_PAGE = text(
    f"""
    with page as materialized (
      (select 'message' as item, at, id from message
        where conversation_id = :conversation_id
          and (at, id) < (cast(:at as timestamptz), cast(:id as uuid))
        order by at desc, id desc limit :limit)
      union all
      (select 'marker', at, id from marker
        where conversation_id = :conversation_id
          and (at, id) < (cast(:at as timestamptz), cast(:id as uuid))
        order by at desc, id desc limit :limit)
      order by at desc, id desc limit :limit
    )
    select page.item, page.at as item_at, page.id as item_id, {_MESSAGE},
           k.kind, k.details, k.by_staff_id, ks.full_name as by_staff_name
      from page
      left join message m on page.item = 'message' and m.id = page.id
      left join staff s on s.id = m.staff_id
      left join marker k on page.item = 'marker' and k.id = page.id
      left join staff ks on ks.id = k.by_staff_id
     order by page.at desc, page.id desc
    """  # noqa: S608 - constants
)

_ONE = text(
    f"""
    select {_MESSAGE}
      from message m left join staff s on s.id = m.staff_id
     where m.id = :message_id and m.conversation_id = :conversation_id
    """  # noqa: S608 - constants
)

_CONVERSATION_OF = text("select conversation_id from message where id = :message_id")

# Where a page ends that has some items behind a text, or no row where fewer than that follow.
_AROUND = text(
    """
    with wanted as (
      select at, id from message where id = :message_id and conversation_id = :conversation_id
    )
    select behind.at, behind.id
      from wanted
      cross join lateral (
        (select m.at, m.id from message m
          where m.conversation_id = :conversation_id and (m.at, m.id) > (wanted.at, wanted.id)
          order by m.at, m.id limit :behind)
        union all
        (select k.at, k.id from marker k
          where k.conversation_id = :conversation_id and (k.at, k.id) > (wanted.at, wanted.id)
          order by k.at, k.id limit :behind)
        order by at, id offset :behind - 1 limit 1) as behind
    """
)

_END = ("infinity", UUID(int=(1 << 128) - 1))


async def thread(
    tx: Executes, access: Access, *, before: str | None, limit: int, around: UUID | None = None
) -> ThreadPage:
    """The newest items, those before a cursor, or those around a text; oldest first."""
    at, item_id = _position(before)
    if around is not None and before is None:
        at, item_id = await _end_around(tx, access, around, limit)
    found = await tx.execute(
        _PAGE,
        {
            "conversation_id": access.conversation_id,
            "at": at,
            "id": item_id,
            "limit": limit + 1,
        },
    )
    rows = found.mappings().all()
    page = rows[:limit]
    earlier = None
    if len(rows) > limit:
        earlier = write_cursor(_CURSOR, [micros(page[-1]["item_at"]), str(page[-1]["item_id"])])
    return ThreadPage(
        items=tuple(_item(row, access) for row in reversed(page)),
        before=earlier,
        is_newest=(at, item_id) == _END,
    )


async def _end_around(
    tx: Executes, access: Access, message_id: UUID, limit: int
) -> tuple[str | datetime, UUID]:
    """The place behind which a page ends that has this text in its middle."""
    found = await tx.execute(
        _AROUND,
        {
            "message_id": message_id,
            "conversation_id": access.conversation_id,
            "behind": limit // 2 + 1,
        },
    )
    row = found.one_or_none()
    return (row.at, row.id) if row else _END


async def conversation_of_message(tx: Executes, message_id: UUID) -> UUID | None:
    """To which conversation a text belongs."""
    found = await tx.execute(_CONVERSATION_OF, {"message_id": message_id})
    conversation_id: UUID | None = found.scalar_one_or_none()
    return conversation_id


async def message(tx: Executes, access: Access, message_id: UUID) -> MessageView | None:
    """One text of this conversation."""
    found = await tx.execute(
        _ONE, {"message_id": message_id, "conversation_id": access.conversation_id}
    )
    row = found.mappings().one_or_none()
    return _message(row, access) if row else None


def _position(before: str | None) -> tuple[str | datetime, UUID]:
    if before is None:
        return _END
    at, item_id = read_cursor(_CURSOR, before, length=2)
    try:
        return instant_of(at), UUID(str(item_id))
    except ValueError:
        raise invalid_cursor() from None


def _item(row: Mapping[Any, Any], access: Access) -> ThreadItem:
    return _message(row, access) if row["item"] == "message" else _marker(row, access)


def _marker(row: Mapping[Any, Any], access: Access) -> MarkerView:
    return MarkerView(
        id=row["item_id"],
        conversation_id=access.conversation_id,
        marker=row["kind"],
        at=row["item_at"],
        by_staff=staff_name(row["by_staff_id"], row["by_staff_name"]),
        details=row["details"],
    )


def _message(row: Mapping[Any, Any], access: Access) -> MessageView:
    is_inbound = row["direction"] == Direction.INBOUND
    return MessageView(
        id=row["id"],
        conversation_id=row["conversation_id"],
        direction=row["direction"],
        author=row["author"],
        staff=staff_name(row["staff_id"], row["staff_name"]),
        lane=row["lane"],
        body=row["body"],
        state=row["state"],
        segments=row["segments"],
        attachments=tuple(Attachment.model_validate(a) for a in row["attachments"] or ()),
        problem=_problem(row),
        number_from=row["number_from"],
        number_to=row["number_to"],
        at=row["at"],
        written_at=row["written_at"],
        sent_at=row["sent_at"],
        delivered_at=row["delivered_at"],
        tag=row["tag"],
        from_former_number=row["from_former_number"],
        shared_with=access.shared.get(row["number_from"], ()) if is_inbound else (),
        refile_to=access.sharers.get(row["number_from"], ()) if is_inbound else (),
        resend_of=row["resend_of"],
        resent_as=row["resent_as"],
        has_no_receipt=row["has_no_receipt"],
        occurrence_id=row["occurrence_id"],
        mass_message_id=row["mass_message_id"],
    )


def _problem(row: Mapping[Any, Any]) -> MessageProblem | None:
    problem = problem_of(
        MessageState(row["state"]), row["error_code"], has_no_receipt=row["has_no_receipt"]
    )
    return MessageProblem(code=problem.code, sentence=problem.sentence) if problem else None
