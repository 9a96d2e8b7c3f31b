"""What a relay has in its hands: rows handed to the broker, confirmed, or to be tried again."""

import asyncio
from collections.abc import Sequence

import structlog

from clientcomm_contracts.faults import Unavailable
from clientcomm_persistence.outbox import OutboxRow, PublishRows

log = structlog.get_logger()

_LIMIT = 2000
_DELETE_AT_ONCE = 200
_DELETE_WITHIN = 0.1
_DEFER = 1.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.2, 2.0


class InFlight:
    """Rows by position, from being read until their deletion is committed."""

    def __init__(self, publish: PublishRows) -> None:
        self._publish = publish
        self._held: set[int] = set()
        self._deferred: dict[int, float] = {}
        self._confirmed: list[int] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._news = True
        self._pause = _SHORTEST_PAUSE
        self._not_before = 0.0

    def wake(self) -> None:
        """There may be rows to read."""
        self._news = True
        self._changed.set()

    async def wait(self, poll: float) -> None:
        """Until there is something to do; after `poll` seconds there may be rows to read."""
        try:
            async with asyncio.timeout(poll):
                await self._changed.wait()
        except TimeoutError:
            self._news = True
        self._changed.clear()

    def may_read(self) -> bool:
        """Whether there may be rows, and room for them."""
        return self._news and len(self._held) < _LIMIT and _now() >= self._not_before

    def positions(self) -> list[int]:
        """Rows not to read again now."""
        now = _now()
        self._deferred = {row: until for row, until in self._deferred.items() if until > now}
        return [*self._held, *self._deferred]

    def hand_over(self, rows: Sequence[OutboxRow], *, more: bool) -> None:
        """Publish rows in the background; `more` says that there are probably others."""
        self._news = more
        if more:
            self._changed.set()
        if rows:
            self._held.update(row.position for row in rows)
            task = asyncio.create_task(self._publish_rows(rows))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def take_confirmed(self) -> list[int]:
        """Positions to delete; they stay held until `forget`."""
        confirmed, self._confirmed = self._confirmed, []
        return confirmed

    def forget(self, positions: Sequence[int]) -> None:
        """Their deletion is committed."""
        self._held.difference_update(positions)

    async def settle(self, within: float) -> None:
        """Wait for what is in flight, then give it up."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _publish_rows(self, rows: Sequence[OutboxRow]) -> None:
        try:
            results = await self._publish(rows)
        except Unavailable as fault:
            self._hold_back(rows, type(fault).__name__)
        except Exception:  # the relay's boundary: the rows stay and are tried again
            log.exception("relay_failed", rows=len(rows))
            self._hold_back(rows, "failed")
        else:
            self._pause = _SHORTEST_PAUSE
            self._settle_rows(rows, results)

    def _settle_rows(self, rows: Sequence[OutboxRow], results: Sequence[bool]) -> None:
        until = _now() + _DEFER
        for row, is_confirmed in zip(rows, results, strict=True):
            if is_confirmed:
                self._confirmed.append(row.position)
            else:
                self._held.discard(row.position)
                self._deferred[row.position] = until
        if len(self._confirmed) >= _DELETE_AT_ONCE:
            self._changed.set()
        else:
            asyncio.get_running_loop().call_later(_DELETE_WITHIN, self._changed.set)

    def _hold_back(self, rows: Sequence[OutboxRow], reason: str) -> None:
        """The broker is away: read them again after a pause that grows."""
        log.warning("relay_waits", reason=reason, rows=len(rows))
        self._held.difference_update(row.position for row in rows)
        self._not_before = _now() + self._pause
        asyncio.get_running_loop().call_later(self._pause, self.wake)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)


def _now() -> float:
    return asyncio.get_running_loop().time()
