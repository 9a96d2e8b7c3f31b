"""Compare what we have with the carrier's own list: inbound texts that never came, strays."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from clientcomm_chassis import Clock
from clientcomm_persistence import Database, Transaction
from clientcomm_sms.domain.carrier import Carrier, CarrierMedia, CarrierText

INBOUND = "inbound"
OUTBOUND = "outbound"

_OVERLAP = timedelta(minutes=15)
_SETTLED = timedelta(minutes=2)
_EVERY = {INBOUND: timedelta(minutes=1), OUTBOUND: timedelta(minutes=10)}

Found = tuple[CarrierText, list[CarrierMedia]]


class Cursors(Protocol):
    """How far each list was read."""

    async def take(
        self, tx: Transaction, name: str, *, now: datetime, again_at: datetime
    ) -> datetime | None: ...
    async def advance(self, tx: Transaction, name: str, until: datetime) -> None: ...
    async def our_numbers(self, tx: Transaction) -> list[str]: ...


class Unexplained(Protocol):
    """Texts of the carrier's that nobody explains."""

    async def add_unexplained(
        self, tx: Transaction, listed: Sequence[CarrierText], now: datetime
    ) -> None: ...


class MissingTexts(Protocol):
    """Where inbound texts are stored as if their webhook had come."""

    async def unknown_sids(self, tx: Transaction, sids: Sequence[str]) -> set[str]: ...
    async def store_found(self, tx: Transaction, found: Sequence[Found], now: datetime) -> None: ...


class ListCarrier:
    """One round of either list; one process does it at a time."""

    def __init__(
        self,
        database: Database,
        carrier: Carrier,
        clock: Clock,
        *,
        cursors: Cursors,
        missing: MissingTexts,
        strays: Unexplained,
    ) -> None:
        self._database = database
        self._carrier = carrier
        self._clock = clock
        self._cursors = cursors
        self._missing = missing
        self._strays = strays

    async def __call__(self) -> bool:
        """Both lists, each if its time has come. Raises CarrierAway."""
        await self._list(INBOUND)
        await self._list(OUTBOUND)
        return False

    async def _list(self, name: str) -> None:
        now = self._clock.now()
        since = await self._database.run(
            lambda tx: self._cursors.take(tx, name, now=now, again_at=now + _EVERY[name])
        )
        if since is None:
            return
        numbers = await self._database.run(self._cursors.our_numbers)
        listed: list[CarrierText] = []
        for number in numbers:
            listed += await asyncio.to_thread(self._ask, name, number, since - _OVERLAP)
        if name == INBOUND:
            await self._adopt(listed)
        else:
            await self._compare(listed, now)
        newest = max((text.date_created for text in listed), default=since)
        await self._database.run(lambda tx: self._cursors.advance(tx, name, newest))

    def _ask(self, name: str, number: str, since: datetime) -> list[CarrierText]:
        if name == INBOUND:
            listed = self._carrier.list_between(number_from=None, number_to=number, since=since)
            return [text for text in listed if text.is_inbound]
        listed = self._carrier.list_between(number_from=number, number_to=None, since=since)
        return [text for text in listed if text.direction == "outbound-api"]

    async def _adopt(self, listed: Sequence[CarrierText]) -> None:
        sids = [text.sid for text in listed]
        unknown = await self._database.run(lambda tx: self._missing.unknown_sids(tx, sids))
        found = [
            (text, await asyncio.to_thread(self._carrier.media_of, text.sid))
            if text.num_media
            else (text, [])
            for text in reversed(listed)
            if text.sid in unknown
        ]
        if found:
            now = self._clock.now()
            await self._database.run(lambda tx: self._missing.store_found(tx, found, now))

    async def _compare(self, listed: Sequence[CarrierText], now: datetime) -> None:
        """Texts of the last two minutes may still be on their way to being recorded."""
        newest = max((text.date_created for text in listed), default=now)
        old = [text for text in listed if text.date_created < newest - _SETTLED]
        await self._database.run(lambda tx: self._strays.add_unexplained(tx, old, now))
