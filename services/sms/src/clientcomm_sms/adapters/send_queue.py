"""The send queue in PostgreSQL: taking texts in, and handing them out by rate and order."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, text

from clientcomm_contracts.sms import OutgoingText
from clientcomm_contracts.values import MessageState
from clientcomm_persistence import Transaction
from clientcomm_sms.domain.rate import refilled
from clientcomm_sms.domain.texts import LANES, Attempt, QuietWindow, Standing, WaitingText

CLAIMS_LOCK = 0x5E4D_0001
"""Advisory lock: claims share it, a change of the block list takes it alone (rule 3.7)."""

ARRIVALS_LOCK = 0x5E4D_0002
"""Advisory lock: texts that come in share it, a withdrawal takes it alone.

Else each could miss what the other has not committed yet, and a withdrawn text would go out.
"""

LEASE_SECONDS = 25.0
"""5 s until the call begins, 15 s for the call, and some to record it."""

_GAP_SECONDS = 120.0
"""How long a text waits for one before it in its lane that has not arrived."""

_ADD = text("""
    WITH given AS (
        SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS g(
            message_id uuid, conversation_id uuid, department_id uuid, lane smallint,
            position integer, number_from text, number_to text, body text, segments integer,
            media_keys text[], written_at timestamptz, not_after timestamptz,
            quiet_starts time, quiet_ends time, quiet_zone text, correlation_id text)
    ), buckets AS (
        INSERT INTO number_bucket (number, department_id)
        SELECT DISTINCT ON (number_from) number_from, department_id FROM given
        WHERE NOT EXISTS (SELECT 1 FROM number_bucket b WHERE b.number = number_from)
        ORDER BY number_from
        ON CONFLICT DO NOTHING
    )
    INSERT INTO outgoing_text (
        message_id, conversation_id, department_id, lane, position, number_from, number_to, body,
        segments, media_keys, written_at, not_after, quiet_starts, quiet_ends, quiet_zone,
        correlation_id, state, reported, version)
    SELECT message_id, conversation_id, department_id, lane, position, number_from, number_to,
        body, segments, media_keys, written_at, not_after, quiet_starts, quiet_ends, quiet_zone,
        correlation_id,
        CASE WHEN EXISTS (SELECT 1 FROM withdrawn_text w WHERE w.message_id = given.message_id)
            OR EXISTS (
                SELECT 1 FROM withdrawn_lane w
                WHERE w.conversation_id = given.conversation_id AND w.lane = given.lane
                    AND w.withdrawn_at >= given.written_at)
        THEN 'held' ELSE 'queued' END, 'queued', 1
    FROM given ORDER BY lane, written_at, position, message_id
    ON CONFLICT (message_id) DO NOTHING
    RETURNING message_id, state
""")

_LOCK_WITHDRAWALS_OUT = text("SELECT pg_advisory_xact_lock_shared(:lock)")

# The lock is shared before the next statement looks at the block list, so that no change of it
# comes in between.
_FREE_NUMBERS = text("""
    WITH claims AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(:lock))
    SELECT b.number, b.segments_per_second AS rate, b.tokens,
        extract(epoch FROM clock_timestamp() - b.refilled_at)::float8 AS seconds
    FROM number_bucket b, claims
    WHERE (b.paused_until IS NULL OR b.paused_until <= clock_timestamp())
        AND EXISTS (
            SELECT 1 FROM outgoing_text t WHERE t.number_from = b.number AND t.state = 'queued')
        AND (SELECT is_open FROM gate WHERE id = 1)
    ORDER BY b.number
    FOR UPDATE OF b SKIP LOCKED
""")

_NEXT_TEXTS = text("""
    SELECT t.*, coalesce(o.is_opted_out, false) AS is_opted_out,
        coalesce(o.is_doubtful, false) AS is_doubtful
    FROM unnest(CAST(:numbers AS text[]), CAST(:limits AS integer[])) AS n(number, most)
    CROSS JOIN LATERAL (
        SELECT q.* FROM outgoing_text q
        WHERE q.number_from = n.number AND q.state = 'queued'
            AND (q.next_attempt_at IS NULL OR q.next_attempt_at <= clock_timestamp())
            AND NOT EXISTS (
                SELECT 1 FROM outgoing_text p
                WHERE p.conversation_id = q.conversation_id AND p.lane = q.lane
                    AND p.position < q.position AND p.state IN ('queued', 'sending'))
            AND (q.position = 1
                OR EXISTS (
                    SELECT 1 FROM outgoing_text p
                    WHERE p.conversation_id = q.conversation_id AND p.lane = q.lane
                        AND p.position = q.position - 1)
                OR q.arrived_at < clock_timestamp() - make_interval(secs => :gap))
        ORDER BY q.lane, q.arrival
        LIMIT n.most
        FOR UPDATE OF q SKIP LOCKED
    ) t
    LEFT JOIN opt_out o ON o.department_id = t.department_id AND o.number = t.number_to
""")

_BEGIN = text("""
    WITH given AS (
        SELECT * FROM unnest(
            CAST(:ids AS uuid[]), CAST(:tokens AS uuid[]), CAST(:hashes AS bytea[])
        ) AS g(message_id, token, body_hash)
    ), drained AS (
        UPDATE number_bucket b SET tokens = n.left_over, refilled_at = clock_timestamp()
        FROM unnest(CAST(:numbers AS text[]), CAST(:left_over AS float8[]))
            AS n(number, left_over)
        WHERE b.number = n.number
    ), taken AS (
        UPDATE outgoing_text t SET state = 'sending', token = g.token, tries = t.tries + 1,
            lease_until = clock_timestamp() + make_interval(secs => :lease),
            next_attempt_at = NULL
        FROM given g WHERE t.message_id = g.message_id
        RETURNING t.message_id, t.number_from, t.number_to, g.token, g.body_hash
    )
    INSERT INTO attempt (token, message_id, number_from, number_to, body_hash, state)
    SELECT token, message_id, number_from, number_to, body_hash, 'submitting' FROM taken
""")


class SendQueueClaims:
    """Texts in, texts out."""

    async def add(
        self, tx: Transaction, texts: Sequence[tuple[OutgoingText, str | None]]
    ) -> list[UUID]:
        """Take new texts in, each with its correlation id; returns those withdrawn before."""
        await tx.execute(_LOCK_WITHDRAWALS_OUT, {"lock": ARRIVALS_LOCK})
        rows = orjson.dumps([_record(item, cause) for item, cause in texts]).decode()
        result = await tx.execute(_ADD, {"rows": rows})
        return [row.message_id for row in result if row.state != MessageState.QUEUED]

    async def free_numbers(self, tx: Transaction) -> dict[str, tuple[float, float]]:
        """Lock the numbers that have work, unless the gate is closed: tokens and rate of each."""
        result = await tx.execute(_FREE_NUMBERS, {"lock": CLAIMS_LOCK})
        return {
            row.number: (refilled(row.tokens, rate=row.rate, seconds=row.seconds), row.rate)
            for row in result
        }

    async def next_texts(
        self, tx: Transaction, limits: Mapping[str, int]
    ) -> dict[str, list[WaitingText]]:
        """Lock up to so many texts per number that are next in their lanes, lanes in order."""
        result = await tx.execute(
            _NEXT_TEXTS,
            {"numbers": list(limits), "limits": list(limits.values()), "gap": _GAP_SECONDS},
        )
        found: dict[str, list[WaitingText]] = {number: [] for number in limits}
        for row in sorted(result, key=lambda row: (row.lane, row.arrival)):
            found[row.number_from].append(_waiting(row))
        return found

    async def begin(
        self, tx: Transaction, attempts: Sequence[Attempt], *, tokens: Mapping[str, float]
    ) -> None:
        """Write the attempts, the leases, and what is left of the rates."""
        await tx.execute(
            _BEGIN,
            {
                "ids": [attempt.message_id for attempt in attempts],
                "tokens": [attempt.token for attempt in attempts],
                "hashes": [attempt.body_hash for attempt in attempts],
                "numbers": list(tokens),
                "left_over": list(tokens.values()),
                "lease": LEASE_SECONDS,
            },
        )


def _record(item: OutgoingText, correlation_id: str | None) -> dict[str, object]:
    quiet = item.quiet
    return {
        "message_id": item.message_id,
        "conversation_id": item.conversation_id,
        "department_id": item.department_id,
        "lane": LANES.index(item.lane),
        "position": item.position,
        "number_from": item.number_from,
        "number_to": item.number_to,
        "body": item.body,
        "segments": item.segments,
        "media_keys": item.media_keys,
        "written_at": item.written_at,
        "not_after": item.not_after,
        "quiet_starts": quiet and quiet.starts,
        "quiet_ends": quiet and quiet.ends,
        "quiet_zone": quiet and quiet.time_zone,
        "correlation_id": correlation_id,
    }


def _waiting(row: Row[Any]) -> WaitingText:
    return WaitingText(
        message_id=row.message_id,
        conversation_id=row.conversation_id,
        department_id=row.department_id,
        lane=LANES[row.lane],
        number_from=row.number_from,
        number_to=row.number_to,
        body=row.body,
        segments=row.segments,
        media_keys=tuple(row.media_keys),
        not_after=row.not_after,
        quiet=_quiet(row),
        tries=row.tries,
        standing=standing_of(row),
        is_opted_out=row.is_opted_out,
        is_doubtful=row.is_doubtful,
    )


def _quiet(row: Row[Any]) -> QuietWindow | None:
    if row.quiet_zone is None:
        return None
    return QuietWindow(row.quiet_starts, row.quiet_ends, row.quiet_zone)


def standing_of(row: Row[Any]) -> Standing:
    """Where a text is, from a row of the queue."""
    return Standing(
        message_id=row.message_id,
        conversation_id=row.conversation_id,
        department_id=row.department_id,
        number_to=row.number_to,
        state=MessageState(row.state),
        reported=MessageState(row.reported),
        version=row.version,
        tries=row.tries,
        token=row.token,
        sid=row.sid,
        sent_at=row.sent_at,
        error_code=row.error_code,
        correlation_id=row.correlation_id,
    )
