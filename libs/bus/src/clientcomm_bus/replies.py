"""Answers on their way to the asker: unconfirmed, and once more when their link was lost."""

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import structlog

from clientcomm_bus.connections import Broker
from clientcomm_bus.losses import Pause
from clientcomm_bus.publisher import Publication, Publisher
from clientcomm_chassis.metrics import counter
from clientcomm_contracts.faults import Unavailable

log = structlog.get_logger()

_repeated = counter("bus_replies_repeated", "Answers published again because a link was lost")
_KEPT_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class _Kept:
    deadline_ms: int
    publication: Publication


class Replies:
    """Publishes answers, and remembers the last ones for as long as somebody waits for them.

    A confirm for each would cost a round trip's work on both sides. The loss of the channel is
    told anyway, and the asker takes the first answer and ignores the rest, so that publishing
    again all that may have been under way is enough.
    """

    def __init__(self, broker: Broker) -> None:
        self._publisher = Publisher(broker, confirms=False, on_loss=self._repeat)
        self._kept: deque[_Kept] = deque()
        self._kept_bytes = 0
        self._is_lost = False
        self._repeating: asyncio.Task[None] | None = None
        self._stopped = False

    async def send(self, publication: Publication, *, deadline_ms: int) -> None:
        """Publish one; what a lost link may have taken along is published again by itself."""
        self._keep(_Kept(deadline_ms, publication))
        try:
            await self._publisher.send([publication])
        except Unavailable:
            self._repeat()

    async def stop(self) -> None:
        """Repeat no more."""
        self._stopped = True
        if self._repeating is not None:
            self._repeating.cancel()
            await asyncio.gather(self._repeating, return_exceptions=True)

    def _keep(self, kept: _Kept) -> None:
        self._kept.append(kept)
        self._kept_bytes += len(kept.publication.body)
        now = _now_ms()
        while self._kept and (self._kept[0].deadline_ms <= now or self._kept_bytes > _KEPT_BYTES):
            self._kept_bytes -= len(self._kept.popleft().publication.body)

    def _repeat(self, *_: object) -> None:
        self._is_lost = True
        is_repeating = self._repeating is not None and not self._repeating.done()
        if not self._stopped and not is_repeating:
            self._repeating = asyncio.create_task(self._until_repeated(), name="replies again")

    async def _until_repeated(self) -> None:
        pause = Pause()
        while self._is_lost:
            self._is_lost = False
            awaited = list(self._awaited())
            if not awaited:
                return
            try:
                await self._publisher.send(awaited)
            except Unavailable:
                self._is_lost = True
                await pause.wait()
            else:
                _repeated.inc(len(awaited))
                log.info("replies_repeated", replies=len(awaited))

    def _awaited(self) -> Iterator[Publication]:
        now = _now_ms()
        return (kept.publication for kept in self._kept if kept.deadline_ms > now)


def _now_ms() -> int:
    return int(time.time() * 1000)
