"""Many requests at once into one commit, or into the spool when the database does not answer."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from clientcomm_chassis import counter, failpoint, seconds
from clientcomm_chassis.components import OneTask
from clientcomm_sms.adapters.webhooks.requests import StoredRequest
from clientcomm_sms.adapters.webhooks.spool import Spool, SpoolNotWritable

log = structlog.get_logger()

_MOST = 200
_CROWD = 12
_LINGER = 0.006
"""When requests come thick, a group waits a little for more of them: fewer commits for each."""

_STORE_WITHIN = 3.5
_TRUST_AGAIN_AFTER = 1.0
_stored = counter("webhooks_stored", "Requests made durable", ["where"])
_in_database, _in_spool = _stored.labels("database"), _stored.labels("spool")
_took = seconds("webhook_commit", "Making one group of requests durable")

Store = Callable[[Sequence[StoredRequest]], Awaitable[None]]


class Intake(OneTask):
    """Group commit: while one group is being stored, the next one gathers."""

    def __init__(self, store: Store, spool: Spool) -> None:
        super().__init__("intake")
        self._store = store
        self._spool = spool
        self._waiting: list[tuple[StoredRequest, asyncio.Future[None]]] = []
        self._news = asyncio.Event()
        self._distrust_until = 0.0
        self._last_size = 0

    async def stop(self) -> None:
        """Store what waits, then end."""
        while self._waiting:  # noqa: ASYNC110 - the loop empties it
            await asyncio.sleep(0.01)
        await super().stop()

    async def keep(self, request: StoredRequest) -> None:
        """Returns once the request is durable. Raises SpoolNotWritable if it cannot be."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((request, future))
        self._news.set()
        await future

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            if self._last_size >= _CROWD:
                await asyncio.sleep(_LINGER)
            group, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            if not self._waiting:
                self._news.clear()
            self._last_size = len(group)
            if group:
                await self._keep_group(group)

    async def _keep_group(
        self, group: Sequence[tuple[StoredRequest, asyncio.Future[None]]]
    ) -> None:
        try:
            with _took.time():
                await self._make_durable([request for request, _ in group])
        except Exception as fault:  # each caller is told; the loop goes on
            log.exception("webhooks_not_kept", requests=len(group))
            for _, future in group:
                if not future.done():
                    future.set_exception(SpoolNotWritable(type(fault).__name__))
            return
        for _, future in group:
            if not future.done():
                future.set_result(None)

    async def _make_durable(self, requests: Sequence[StoredRequest]) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._distrust_until:
            try:
                async with asyncio.timeout(_STORE_WITHIN):
                    await self._store(requests)
            except Exception as fault:  # noqa: BLE001 - whatever it was, the spool keeps the requests
                log.warning("webhooks_go_to_spool", reason=type(fault).__name__)
                self._distrust_until = asyncio.get_running_loop().time() + _TRUST_AGAIN_AFTER
            else:
                failpoint("after_commit")
                _in_database.inc(len(requests))
                return
        await asyncio.to_thread(self._spool.write, requests)
        _in_spool.inc(len(requests))
