"""Inbound texts, their attachments, and calls in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from clientcomm_persistence import Transaction
from clientcomm_sms.domain.calls import Ringing
from clientcomm_sms.domain.inbound import InboundText, MediaToFetch, NewMedia

_KNOWN = text("SELECT sid FROM inbound_text WHERE sid = ANY(CAST(:sids AS text[]))")

_ADD = text("""
    INSERT INTO inbound_text (
        id, sid, department_id, number_from, number_to, body, received_at, tag, num_media)
    SELECT * FROM unnest(
        CAST(:ids AS uuid[]), CAST(:sids AS text[]), CAST(:departments AS uuid[]),
        CAST(:froms AS text[]), CAST(:tos AS text[]), CAST(:bodies AS text[]),
        CAST(:times AS timestamptz[]), CAST(:tags AS text[]), CAST(:media AS integer[]))
""")

_ADD_MEDIA = text("""
    INSERT INTO inbound_media (id, inbound_id, position, url, content_type)
    SELECT * FROM unnest(
        CAST(:ids AS uuid[]), CAST(:inbound_ids AS uuid[]), CAST(:positions AS smallint[]),
        CAST(:urls AS text[]), CAST(:types AS text[]))
    ON CONFLICT DO NOTHING
""")

_ADD_CALL = text("""
    INSERT INTO received_call (id, sid, department_id, number_from, number_to, rang, received_at)
    VALUES (:id, :sid, :department_id, :number_from, :number_to, :rang, :received_at)
    ON CONFLICT DO NOTHING RETURNING sid
""")


_TAKE_MEDIA = text("""
    UPDATE inbound_media m SET tries = m.tries + 1,
        next_try_at = clock_timestamp() + interval '60 s'
    FROM (
        SELECT id FROM inbound_media WHERE next_try_at <= clock_timestamp()
        ORDER BY next_try_at LIMIT :limit FOR UPDATE SKIP LOCKED
    ) due
    WHERE m.id = due.id
    RETURNING m.id, m.inbound_id, m.position, m.url, m.content_type, m.tries
""")

_END_MEDIA = text("""
    UPDATE inbound_media SET next_try_at = NULL, object_key = :key, size_bytes = :size,
        problem = :problem
    WHERE id = :id AND next_try_at IS NOT NULL RETURNING id
""")

_RETRY_MEDIA = text("""
    UPDATE inbound_media SET problem = :problem,
        next_try_at = clock_timestamp() + make_interval(secs => :seconds)
    WHERE id = :id AND next_try_at IS NOT NULL
""")


class InboundTables:
    """What phones send."""

    async def known(self, tx: Transaction, sids: Sequence[str]) -> set[str]:
        """Which of these texts are stored."""
        return set((await tx.execute(_KNOWN, {"sids": list(sids)})).scalars())

    async def add(self, tx: Transaction, texts: Sequence[InboundText]) -> None:
        """Store new texts."""
        if texts:
            await tx.execute(
                _ADD,
                {
                    "ids": [t.id for t in texts],
                    "sids": [t.sid for t in texts],
                    "departments": [t.department_id for t in texts],
                    "froms": [t.number_from for t in texts],
                    "tos": [t.number_to for t in texts],
                    "bodies": [t.body for t in texts],
                    "times": [t.received_at for t in texts],
                    "tags": [None if t.tag is None else t.tag.value for t in texts],
                    "media": [t.num_media for t in texts],
                },
            )

    async def add_media(self, tx: Transaction, media: Sequence[NewMedia]) -> None:
        """Attachments to be fetched."""
        if media:
            await tx.execute(
                _ADD_MEDIA,
                {
                    "ids": [m.id for m in media],
                    "inbound_ids": [m.inbound_id for m in media],
                    "positions": [m.position for m in media],
                    "urls": [m.url for m in media],
                    "types": [m.content_type for m in media],
                },
            )

    async def add_call(self, tx: Transaction, call: Ringing) -> bool:
        """Store a call; False if it is known."""
        result = await tx.execute(
            _ADD_CALL,
            {
                "id": call.id,
                "sid": call.sid,
                "department_id": call.department_id,
                "number_from": call.number_from,
                "number_to": call.number_to,
                "rang": call.rang,
                "received_at": call.received_at,
            },
        )
        return result.scalar_one_or_none() is not None

    async def take_media(self, tx: Transaction, *, limit: int) -> list[MediaToFetch]:
        """Attachments whose time has come; nobody else takes them for a minute."""
        result = await tx.execute(_TAKE_MEDIA, {"limit": limit})
        return [
            MediaToFetch(r.id, r.inbound_id, r.position, r.url, r.content_type, r.tries)
            for r in result
        ]

    async def end_media(
        self,
        tx: Transaction,
        media_id: UUID,
        *,
        key: str | None,
        size: int | None,
        problem: str | None,
    ) -> bool:
        """It is there, or will never be; False if that was known."""
        result = await tx.execute(
            _END_MEDIA, {"id": media_id, "key": key, "size": size, "problem": problem}
        )
        return result.scalar_one_or_none() is not None

    async def retry_media(
        self, tx: Transaction, media_id: UUID, *, problem: str, seconds: float
    ) -> None:
        """Not now; again in so many seconds."""
        await tx.execute(_RETRY_MEDIA, {"id": media_id, "problem": problem, "seconds": seconds})
