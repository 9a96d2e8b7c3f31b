"""Takes up stored requests in batches; one that fails is tried again, ever more rarely."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog

from clientcomm_chassis import counter
from clientcomm_chassis.components import OneTask
from clientcomm_contracts.faults import Unavailable
from clientcomm_persistence import Database, Transaction
from clientcomm_sms.adapters.webhooks.request_table import RequestTable, TakenRequest
from clientcomm_sms.adapters.webhooks.requests import (
    Kind,
    StoredRequest,
    receipt,
    received_call,
    received_text,
)
from clientcomm_sms.domain.calls import Ringing
from clientcomm_sms.domain.inbound import Received
from clientcomm_sms.domain.receipts import Receipt

log = structlog.get_logger()

T = TypeVar("T")
Understand = Callable[[Transaction, Sequence[T]], Awaitable[None]]
"""A use case that takes requests of one kind, all in one transaction."""

_MOST = 200
_CROWD = 4
_LINGER = 0.02
"""When requests come thick, a batch waits a little for more of them."""

_POLL = 1.0
_processed = counter("webhooks_processed", "Stored requests taken up", ["kind"])


class ProcessRequests(OneTask):
    """Wakes when something was stored, and polls behind that."""

    def __init__(
        self,
        database: Database,
        table: RequestTable,
        *,
        texts: Understand[Received],
        calls: Understand[Ringing],
        receipts: Understand[Receipt],
    ) -> None:
        super().__init__("processing")
        self._database = database
        self._table = table
        self._texts = texts
        self._calls = calls
        self._receipts = receipts
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There may be requests."""
        self._news.set()

    async def process_all(self) -> int:
        """Take up everything that waits now; returns how many requests."""
        total = 0
        while count := await self._process_batch(_MOST):
            total += count
        return total

    async def _run(self) -> None:
        while True:
            self._news.clear()
            try:
                count = await self._process_batch(_MOST)
            except Unavailable:
                await asyncio.sleep(_POLL)
                continue
            except Exception:  # the loop outlives any fault of one round
                log.exception("processing_failed")
                await asyncio.sleep(_POLL)
                continue
            if _CROWD <= count < _MOST:
                await asyncio.sleep(_LINGER)
            if count == 0:
                await self._until_news()

    async def _until_news(self) -> None:
        try:
            async with asyncio.timeout(_POLL):
                await self._news.wait()
        except TimeoutError:
            return

    async def _process_batch(self, most: int) -> int:
        try:
            return await self._database.run(lambda tx: self._take_up(tx, most))
        except Unavailable:
            raise
        except Exception:  # find out which one it is
            log.exception("batch_failed", most=most)
            return await self._one_by_one()

    async def _take_up(self, tx: Transaction, most: int) -> int:
        taken = await self._table.take(tx, most=most)
        if taken:
            await self._understand(tx, [one.request for one in taken])
            await self._table.done(tx, taken)
        for one in taken:
            _processed.labels(one.request.kind.value).inc()
        return len(taken)

    async def _one_by_one(self) -> int:
        total = 0
        while total < _MOST and await self._take_one():
            total += 1
        return total

    async def _take_one(self) -> bool:
        failed: list[tuple[TakenRequest, str]] = []

        async def work(tx: Transaction) -> bool:
            taken = await self._table.take(tx, most=1)
            for one in taken:
                failed[:] = [(one, "unknown")]
                await self._understand(tx, [one.request])
                await self._table.done(tx, [one])
                failed.clear()
            return bool(taken)

        try:
            return await self._database.run(work)
        except Unavailable:
            raise
        except Exception as fault:  # this one is set aside, the others go on
            log.exception("request_failed")
            if not failed:
                raise
            one = failed[0][0]
            problem = type(fault).__name__
            await self._database.run(lambda tx: self._table.failed(tx, one, problem=problem))
            return True

    async def _understand(self, tx: Transaction, requests: Sequence[StoredRequest]) -> None:
        texts = [received_text(r) for r in requests if r.kind is Kind.MESSAGE]
        calls = [received_call(r) for r in requests if r.kind is Kind.VOICE]
        receipts = [receipt(r) for r in requests if r.kind is Kind.STATUS]
        if texts:
            await self._texts(tx, texts)
        if calls:
            await self._calls(tx, calls)
        if receipts:
            await self._receipts(tx, receipts)
