"""Requests that come together share a transaction, as a database's group commit does."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import structlog

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.correlation import correlated, correlation_id, traceparent
from clientcomm_contracts.faults import Refused, Unavailable
from clientcomm_persistence.database import Database
from clientcomm_persistence.transaction import Transaction

Q = TypeVar("Q", bound=Request[Any])

log = structlog.get_logger()

Work = Callable[[Transaction, Sequence[Q]], Awaitable[Sequence[Reply | Refused]]]
_MOST = 32
_LONG = 0.05
_SLACK = 0.005
_MOST_AT_ONCE = 4


class _Waiting(NamedTuple, Generic[Q]):
    request: Q
    cause: tuple[str | None, str | None]
    answer: asyncio.Future[Reply]


class Grouped(Generic[Q]):
    """Does the first request at once, and all that came meanwhile in the next transaction.

    Nothing waits for company, yet the more come, the more share what a transaction costs. A group
    that waits for a lock holds up the others for 50 ms; then the next begins beside it. `work`
    gives an outcome for each request, in order, and changes nothing for one that it refuses; its
    messages are published with the request as their `cause`. Requests that `apart` calls alike
    never meet in a group, and keep their order.
    """

    def __init__(
        self, database: Database, work: Work[Q], *, apart: Callable[[Q], Hashable | None]
    ) -> None:
        self._database = database
        self._work = work
        self._apart = apart
        self._waiting: list[_Waiting[Q]] = []
        self._under_way: dict[asyncio.Task[None], float] = {}

    async def __call__(self, request: Q) -> Reply:
        """The answer to one request. Raises Refused, Unavailable."""
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(request, (correlation_id(), traceparent()), answer))
        self._begin()
        return await answer

    def _begin(self) -> None:
        """The next group, unless one is under way that is not stuck."""
        now = time.monotonic()
        are_stuck = all(now - began >= _LONG for began in self._under_way.values())
        if self._waiting and are_stuck and len(self._under_way) < _MOST_AT_ONCE:
            task = asyncio.create_task(self._run(), name="grouped requests")
            self._under_way[task] = now
            asyncio.get_running_loop().call_later(_LONG + _SLACK, self._begin)

    async def _run(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        with correlated(None):
            await self._answer(self._next_group())
        del self._under_way[task]
        self._begin()

    def _next_group(self) -> Sequence[_Waiting[Q]]:
        group: list[_Waiting[Q]] = []
        left: list[_Waiting[Q]] = []
        seen: set[Hashable] = set()
        for one in self._waiting:
            alike = self._apart(one.request)
            is_free = alike is None or alike not in seen
            seen.add(alike)
            (group if is_free and len(group) < _MOST else left).append(one)
        self._waiting = left
        return group

    async def _answer(self, group: Sequence[_Waiting[Q]]) -> None:
        try:
            outcomes = await self._outcomes(group)
        except Unavailable as fault:
            _fail(group, fault)
        except Exception as fault:  # noqa: BLE001 - told to each asker at its own boundary
            if len(group) == 1:
                _fail(group, fault)
                return
            # One of them spoils the transaction of all: each alone, so that the others get through.
            log.warning("group_failed", requests=len(group), reason=type(fault).__name__)
            for one in group:
                await self._answer([one])
        else:
            for one, outcome in zip(group, outcomes, strict=True):
                _settle(one.answer, outcome)

    async def _outcomes(self, group: Sequence[_Waiting[Q]]) -> Sequence[Reply | Refused]:
        def work(transaction: Transaction) -> Awaitable[Sequence[Reply | Refused]]:
            transaction.remember_causes((one.request, one.cause) for one in group)
            return self._work(transaction, [one.request for one in group])

        return await self._database.run(work)


def _fail(group: Sequence[_Waiting[Q]], fault: Exception) -> None:
    for one in group:
        _settle(one.answer, fault)


def _settle(answer: asyncio.Future[Reply], outcome: Reply | Exception) -> None:
    if answer.done():
        return
    if isinstance(outcome, Exception):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
