"""Fetch attachments of inbound texts into the object store; a text never waits for them."""

import asyncio
from typing import Protocol
from uuid import UUID

from clientcomm_chassis import Clock
from clientcomm_contracts.sms import MediaStoredV1
from clientcomm_persistence import Database, Transaction
from clientcomm_sms.domain.inbound import MediaToFetch
from clientcomm_sms.domain.media_rules import LARGEST, judged

_AT_ONCE = 4
_MOST_TRIES = 30
"""With pauses of up to an hour: most of a day."""
_HEAD = 4096


class NotFetched(Exception):
    """The attachment could not be fetched now; `is_final`: it never will be."""

    def __init__(self, problem: str, *, is_final: bool = False) -> None:
        super().__init__(problem)
        self.problem = problem
        self.is_final = is_final


class Fetcher(Protocol):
    """Gets an attachment from the carrier; blocks; raises NotFetched."""

    def fetch(self, url: str, *, largest: int) -> bytes: ...


class ObjectStore(Protocol):
    """Immutable objects under random keys; blocks."""

    def put(self, content: bytes, *, content_type: str) -> str: ...


class MediaRows(Protocol):
    """Attachments that are to be fetched."""

    async def take_media(self, tx: Transaction, *, limit: int) -> list[MediaToFetch]: ...
    async def end_media(
        self,
        tx: Transaction,
        media_id: UUID,
        *,
        key: str | None,
        size: int | None,
        problem: str | None,
    ) -> bool: ...
    async def retry_media(
        self, tx: Transaction, media_id: UUID, *, problem: str, seconds: float
    ) -> None: ...


class FetchMedia:
    """One round; several processes may do it."""

    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        store: ObjectStore,
        clock: Clock,
        *,
        rows: MediaRows,
        sniff: "Sniff",
    ) -> None:
        self._database = database
        self._fetcher = fetcher
        self._store = store
        self._clock = clock
        self._rows = rows
        self._sniff = sniff

    async def __call__(self) -> bool:
        """True if there is more to fetch."""
        taken = await self._database.run(lambda tx: self._rows.take_media(tx, limit=_AT_ONCE))
        await asyncio.gather(*(self._fetch(media) for media in taken))
        return len(taken) == _AT_ONCE

    async def _fetch(self, media: MediaToFetch) -> None:
        try:
            kept = await asyncio.to_thread(self._get_and_keep, media)
        except NotFetched as fault:
            await self._not_fetched(media, fault)
            return
        key, size, content_type = kept
        await self._end(media, content_type, key=key, size=size)

    def _get_and_keep(self, media: MediaToFetch) -> tuple[str, int, str]:
        content = self._fetcher.fetch(media.url, largest=LARGEST)
        if not content:
            raise NotFetched("empty", is_final=True)
        content_type = judged(self._sniff(content), content[:_HEAD])
        if content_type is None:
            raise NotFetched("not_allowed", is_final=True)
        return self._store.put(content, content_type=content_type), len(content), content_type

    async def _not_fetched(self, media: MediaToFetch, fault: NotFetched) -> None:
        if fault.is_final or media.tries >= _MOST_TRIES:
            await self._end(media, media.content_type, problem=fault.problem)
            return
        wait = min(3600.0, 2.0**media.tries)
        await self._database.run(
            lambda tx: self._rows.retry_media(tx, media.id, problem=fault.problem, seconds=wait)
        )

    async def _end(
        self,
        media: MediaToFetch,
        content_type: str,
        *,
        key: str | None = None,
        size: int | None = None,
        problem: str | None = None,
    ) -> None:
        async def work(tx: Transaction) -> None:
            is_first = await self._rows.end_media(tx, media.id, key=key, size=size, problem=problem)
            if not is_first:
                return
            tx.publish(
                MediaStoredV1(
                    aggregate_id=media.inbound_id,
                    sequence=2 + media.position,
                    occurred_at=self._clock.now(),
                    media_id=media.id,
                    content_type=content_type,
                    size_bytes=size,
                    object_key=key,
                    problem=problem,
                )
            )

        await self._database.run(work)


class Sniff(Protocol):
    """What content looks like: a content type, or None."""

    def __call__(self, content: bytes) -> str | None: ...
