"""Makes groups of requests durable; receipts are applied at once, the rest right after."""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from clientcomm_contracts.faults import Unavailable
from clientcomm_persistence import Database, Transaction
from clientcomm_sms.adapters.webhooks.request_table import RequestTable
from clientcomm_sms.adapters.webhooks.requests import Kind, StoredRequest, receipt
from clientcomm_sms.domain.receipts import Receipt

log = structlog.get_logger()


class StoreRequests:
    """One transaction per group; receipts that cannot be applied are kept raw like the rest."""

    def __init__(
        self,
        database: Database,
        table: RequestTable,
        record_receipts: Callable[[Transaction, Sequence[Receipt]], Awaitable[None]],
        *,
        wake: Callable[[], object],
    ) -> None:
        self._database = database
        self._table = table
        self._record_receipts = record_receipts
        self._wake = wake

    async def __call__(self, requests: Sequence[StoredRequest]) -> None:
        """Returns after the commit. Raises Unavailable, or whatever even raw rows failed with."""
        try:
            await self._database.run(lambda tx: self._store(tx, requests))
        except Unavailable:
            raise
        except Exception:  # a receipt that we cannot digest is not lost, and delays nobody
            log.exception("receipts_kept_raw", requests=len(requests))
            await self._database.run(lambda tx: self._table.store(tx, requests))
            self._wake()
        if any(request.kind is not Kind.STATUS for request in requests):
            self._wake()

    async def _store(self, tx: Transaction, requests: Sequence[StoredRequest]) -> None:
        statuses = [request for request in requests if request.kind is Kind.STATUS]
        others = [request for request in requests if request.kind is not Kind.STATUS]
        if others:
            await self._table.store(tx, others)
        if statuses:
            await self._record_receipts(tx, [receipt(request) for request in statuses])
