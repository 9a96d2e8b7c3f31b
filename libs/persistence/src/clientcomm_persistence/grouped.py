"""Requests that come together share a transaction, as a database's group commit does."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import text

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.correlation import correlated, correlation_id, traceparent
from clientcomm_contracts.faults import Refused, Unavailable
from clientcomm_persistence.database import Database
from clientcomm_persistence.outages import is_tired_of_waiting
from clientcomm_persistence.transaction import Transaction

Q = TypeVar("Q", bound=Request[Any])

log = structlog.get_logger()

Work = Callable[[Transaction, Sequence[Q]], Awaitable[Sequence[Reply | Refused]]]
_MOST = 32
_LONG = 0.15
_SLACK = 0.005
_MOST_AT_ONCE = 4

# Together, and with the wait for a turn, less than the 5 s that an asker waits for the answer.
_PATIENCE = text("SELECT set_config('lock_timeout', :patience, true)")
_PATIENCE_OF_MANY, _PATIENCE_OF_ONE = "500ms", "2s"
_TURN_WITHIN = 2.0


@dataclass(eq=False, slots=True)
class _Waiting(Generic[Q]):
    request: Q
    answer: asyncio.Future[Reply]
    cause: tuple[str | None, str | None] = field(
        default_factory=lambda: (correlation_id(), traceparent())
    )
    since: float = field(default_factory=time.monotonic)


Group = Sequence[_Waiting[Q]]


class Grouped(Generic[Q]):
    """Does the first request at once, and all that came meanwhile in the next transaction.

    Nothing waits for company, yet the more come, the more share what a transaction costs. `work`
    gives an outcome for each request, in order, and changes nothing for one that it refuses; its
    messages are published with the request as their `cause`.

    Requests that `apart` calls alike are never in a transaction at the same time. Those that
    `in_turn` calls alike may share one, but not be in two: they keep their order. A group that
    waits for somebody's lock holds up the others for 0.15 s, then the next begins beside it; only
    those who want the same stay behind. Raises Refused and Unavailable to who asked.
    """

    def __init__(
        self,
        database: Database,
        work: Work[Q],
        *,
        apart: Callable[[Q], Hashable],
        in_turn: Callable[[Q], Hashable],
    ) -> None:
        self._database = database
        self._work = work
        self._apart = apart
        self._in_turn = in_turn
        self._waiting: list[_Waiting[Q]] = []
        self._under_way: dict[asyncio.Task[None], float] = {}
        self._held: Counter[Hashable] = Counter()

    async def __call__(self, request: Q) -> Reply:
        """The answer to one request."""
        loop = asyncio.get_running_loop()
        one = _Waiting(request, loop.create_future())
        self._waiting.append(one)
        loop.call_soon(self._begin)  # what comes in the same turn of the loop comes along
        return await one.answer

    def _begin(self) -> None:
        """The next group, unless one is under way that is not stuck."""
        now = time.monotonic()
        are_stuck = all(now - began >= _LONG for began in self._under_way.values())
        if are_stuck and len(self._under_way) < _MOST_AT_ONCE and (group := self._next_group()):
            self._start(group, self._answer(group))

    def _start(self, group: Group[Q], work: Coroutine[Any, Any, None]) -> None:
        held = [what for one in group for what in self._holds(one)]

        def end(ended: asyncio.Task[None]) -> None:
            del self._under_way[ended]
            self._held.subtract(held)
            self._begin()

        with correlated(None):
            task = asyncio.create_task(work, name="grouped requests")
        self._held.update(held)
        self._under_way[task] = time.monotonic()
        task.add_done_callback(end)
        asyncio.get_running_loop().call_later(_LONG + _SLACK, self._begin)

    def _holds(self, one: _Waiting[Q]) -> tuple[Hashable, Hashable]:
        return ("apart", self._apart(one.request)), ("in turn", self._in_turn(one.request))

    def _next_group(self) -> Group[Q]:
        """Who may go, in the order of their coming; nobody passes by who wants the same."""
        group: list[_Waiting[Q]] = []
        left: list[_Waiting[Q]] = []
        taken: set[Hashable] = set()
        passed: set[Hashable] = set()
        for one in self._waiting:
            apart, in_turn = self._holds(one)
            is_free = not self._held[apart] and not self._held[in_turn] and apart not in taken
            if is_free and len(group) < _MOST and passed.isdisjoint((apart, in_turn)):
                taken.add(apart)
                group.append(one)
            else:
                passed |= {apart, in_turn}
                left.append(one)
        self._waiting = left
        return group

    async def _answer(self, group: Group[Q]) -> None:
        in_time = [one for one in group if time.monotonic() - one.since < _TURN_WITHIN]
        for one in group:
            if one not in in_time:
                _settle(one, Unavailable("others are not done in time; nothing was done"))
        if in_time:
            await self._answer_together(in_time)

    async def _answer_together(self, group: Group[Q]) -> None:
        try:
            outcomes = await self._outcomes(group)
        except asyncio.CancelledError:
            for one in group:
                one.answer.cancel()
            raise
        except Unavailable as fault:
            for one in group:
                _settle(one, fault)
        except Exception as fault:  # noqa: BLE001 - told to each asker at its own boundary
            if len(group) > 1:
                log.info("group_taken_apart", requests=len(group), reason=type(fault).__name__)
                self._take_apart(group)
            elif is_tired_of_waiting(fault):
                _settle(group[0], Unavailable("others hold what is needed; nothing was done"))
            else:
                _settle(group[0], fault)
        else:
            for one, outcome in zip(group, outcomes, strict=True):
                _settle(one, outcome)

    def _take_apart(self, group: Group[Q]) -> None:
        """One of them spoils or holds up all: each alone, those in turn one after the other."""
        rows: dict[Hashable, list[_Waiting[Q]]] = {}
        for one in group:
            rows.setdefault(self._in_turn(one.request), []).append(one)
        for row in rows.values():
            self._start(row, self._answer_in_turn(row))

    async def _answer_in_turn(self, row: Group[Q]) -> None:
        for one in row:
            await self._answer([one])

    async def _outcomes(self, group: Group[Q]) -> Sequence[Reply | Refused]:
        patience = _PATIENCE_OF_MANY if len(group) > 1 else _PATIENCE_OF_ONE

        async def work(transaction: Transaction) -> Sequence[Reply | Refused]:
            await transaction.execute(_PATIENCE, {"patience": patience})
            transaction.remember_causes((one.request, one.cause) for one in group)
            return await self._work(transaction, [one.request for one in group])

        return await self._database.run(work)


def _settle(one: _Waiting[Q], outcome: Reply | Exception) -> None:
    if one.answer.done():
        return
    if isinstance(outcome, Exception):
        one.answer.set_exception(outcome)
    else:
        one.answer.set_result(outcome)
