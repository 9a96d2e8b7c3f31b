"""Texts and pictures by their ids."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.conversations.events import Attachment
from clientcomm_contracts.values import Author, MessageState
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.application.writing import SentText, UploadedFile
from clientcomm_conversations.domain.entries import Standing

MOST_PICTURES = 10
"""The carrier's limit per text (rule 3.5)."""

_STANDINGS = text("""
    select id, conversation_id, author, state, version, at, occurrence_id, mass_message_id
      from message where id = any(cast(:ids as uuid[])) and direction = 'outbound'
""")

_KNOWN_OCCURRENCES = text("""
    select occurrence_id from message where occurrence_id = any(cast(:ids as uuid[]))
""")

_SENT_TEXT = text("""
    select m.id, m.conversation_id, m.body, m.segments, m.number_to, m.state,
           exists (select 1 from message n where n.resend_of = m.id) as is_resent
      from message m where m.id = :id and m.direction = 'outbound'
""")

_UPLOADS = text("""
    select id, content_type, size_bytes, file_name, object_key, uploaded_by
      from attachment
     where id = any(cast(:ids as uuid[])) and message_id is null and uploaded_by is not null
     order by id for update
""")

_ATTACH = text("""
    update attachment a set message_id = :message_id, position = r.position
      from unnest(cast(:ids as uuid[])) with ordinality as r (id, position)
     where a.id = r.id
""")

_COPY = text("""
    insert into attachment (id, message_id, department_id, uploaded_by, position, content_type,
                            size_bytes, file_name, object_key, created_at)
    select r.id, null, a.department_id, a.uploaded_by, a.position, a.content_type,
           a.size_bytes, a.file_name, a.object_key, :now
      from (select a.*, row_number() over (order by a.position, a.id) as place
              from attachment a where a.message_id = :message_id) a
      join unnest(cast(:ids as uuid[])) with ordinality as r (id, place) on r.place = a.place
    returning id, content_type, size_bytes, file_name, object_key
""")


async def standings(tx: Executes, message_ids: Sequence[UUID]) -> Sequence[Standing]:
    """Where these outbound texts are."""
    found = await tx.execute(_STANDINGS, {"ids": list(message_ids)})
    return [
        Standing(
            id=row.id,
            conversation_id=row.conversation_id,
            author=Author(row.author),
            state=MessageState(row.state),
            version=row.version,
            at=row.at,
            occurrence_id=row.occurrence_id,
            mass_message_id=row.mass_message_id,
        )
        for row in found
    ]


async def sent_text(tx: Executes, message_id: UUID) -> SentText | None:
    """One outbound text."""
    row = (await tx.execute(_SENT_TEXT, {"id": message_id})).one_or_none()
    if row is None:
        return None
    return SentText(
        id=row.id,
        conversation_id=row.conversation_id,
        body=row.body,
        segments=row.segments,
        number_to=row.number_to,
        state=MessageState(row.state),
        is_resent=row.is_resent,
    )


async def uploads(tx: Executes, attachment_ids: Sequence[UUID]) -> Sequence[UploadedFile]:
    """Pictures that wait to be sent."""
    found = await tx.execute(_UPLOADS, {"ids": list(attachment_ids)})
    return [
        UploadedFile(
            Attachment(
                id=row.id,
                content_type=row.content_type,
                size_bytes=row.size_bytes,
                file_name=row.file_name,
                object_key=row.object_key,
            ),
            uploaded_by=row.uploaded_by,
        )
        for row in found
    ]


async def attach(tx: Executes, attachment_ids: Sequence[UUID], *, message_id: UUID) -> None:
    """Tie pictures to their text, in this order."""
    await tx.execute(_ATTACH, {"ids": list(attachment_ids), "message_id": message_id})


async def copy_pictures(
    tx: Executes, message_id: UUID, *, new_id: Callable[[], UUID], now: datetime
) -> tuple[Attachment, ...]:
    """The pictures of a text once more, under new ids and without a text yet."""
    ids = [new_id() for _ in range(MOST_PICTURES)]
    found = await tx.execute(_COPY, {"ids": ids, "message_id": message_id, "now": now})
    return tuple(Attachment(**row) for row in found.mappings())


async def known_occurrences(tx: Executes, occurrence_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which scheduled texts are written already."""
    found = await tx.execute(_KNOWN_OCCURRENCES, {"ids": list(occurrence_ids)})
    return frozenset(found.scalars())
