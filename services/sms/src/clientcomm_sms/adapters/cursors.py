"""How far the carrier's lists were read, in PostgreSQL; and inbound texts that they hold beyond."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from clientcomm_persistence import Transaction
from clientcomm_sms.adapters.webhooks.request_table import RequestTable
from clientcomm_sms.adapters.webhooks.requests import Kind, StoredRequest, as_form
from clientcomm_sms.domain.carrier import CarrierMedia, CarrierText

_BEGIN = text("""
    INSERT INTO listing_cursor (name, listed_until, next_at) VALUES (:name, :now, :now)
    ON CONFLICT DO NOTHING
""")

_TAKE = text("""
    UPDATE listing_cursor SET next_at = :again_at
    WHERE name = :name AND next_at <= :now RETURNING listed_until
""")

_ADVANCE = text("""
    UPDATE listing_cursor SET listed_until = greatest(listed_until, :until) WHERE name = :name
""")

_AGAIN = text("""
    UPDATE listing_cursor SET next_at = :now, listed_until = least(listed_until, :since)
""")

_NUMBERS = text("SELECT DISTINCT value FROM department_number ORDER BY value")

_UNKNOWN = text("""
    SELECT sid FROM unnest(CAST(:sids AS text[])) AS g(sid)
    WHERE NOT EXISTS (SELECT 1 FROM inbound_text i WHERE i.sid = g.sid)
        AND NOT EXISTS (
            SELECT 1 FROM webhook_request w WHERE w.kind = 'message' AND w.key = g.sid)
""")


class CursorTable:
    """How far each list was read."""

    async def take(
        self, tx: Transaction, name: str, *, now: datetime, again_at: datetime
    ) -> datetime | None:
        """Take the turn to read a list; None when it is not due or another process has it."""
        await tx.execute(_BEGIN, {"name": name, "now": now})
        result = await tx.execute(_TAKE, {"name": name, "now": now, "again_at": again_at})
        found: datetime | None = result.scalar_one_or_none()
        return found

    async def advance(self, tx: Transaction, name: str, until: datetime) -> None:
        """The list was read up to here."""
        await tx.execute(_ADVANCE, {"name": name, "until": until})

    async def read_again(self, tx: Transaction, *, since: datetime, now: datetime) -> None:
        """All lists at once, from then on (after a restore)."""
        await tx.execute(_AGAIN, {"since": since, "now": now})

    async def our_numbers(self, tx: Transaction) -> list[str]:
        """Every number that a department has or had."""
        return list((await tx.execute(_NUMBERS)).scalars())


class FoundTexts:
    """Inbound texts that the carrier lists and no webhook brought."""

    def __init__(self, table: RequestTable) -> None:
        self._table = table

    async def unknown_sids(self, tx: Transaction, sids: Sequence[str]) -> set[str]:
        """Which of these we have never seen."""
        return set((await tx.execute(_UNKNOWN, {"sids": list(sids)})).scalars())

    async def store_found(
        self,
        tx: Transaction,
        found: Sequence[tuple[CarrierText, list[CarrierMedia]]],
        now: datetime,
    ) -> None:
        """Store them as if their webhook had come now."""
        await self._table.store(tx, [_request(text, media, now) for text, media in found])


def _request(text: CarrierText, media: Sequence[CarrierMedia], now: datetime) -> StoredRequest:
    fields = {
        "MessageSid": text.sid,
        "From": text.number_from,
        "To": text.number_to,
        "Body": text.body,
        "NumMedia": str(len(media)),
    }
    for place, one in enumerate(media):
        fields[f"MediaUrl{place}"] = one.url
        fields[f"MediaContentType{place}"] = one.content_type
    return StoredRequest(Kind.MESSAGE, text.sid, None, as_form(fields), now)
