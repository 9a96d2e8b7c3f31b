"""Sleeps until the next due instant and hands over what is due (rule 4.9)."""

import asyncio
import time
from datetime import datetime

import structlog

from clientcomm_chassis import Clock, counter, failpoint, seconds
from clientcomm_contracts.faults import Unavailable
from clientcomm_persistence import Database, Transaction
from clientcomm_scheduler.adapters.schedule_tables import ScheduleTables
from clientcomm_scheduler.adapters.wake_ups import listen
from clientcomm_scheduler.application.hand_over_due import LIMIT, hand_over_due

log = structlog.get_logger()

_POLL = 1.0
_LOOK_AT_CLOCK = 0.1
_HELD_BY_OTHERS = 0.02
_AWAY = 0.5

_fell_due = counter("scheduler_fell_due", "Occurrences handed over or listed as missed")
_lateness = seconds("scheduler_lateness", "From the due instant to the claim, first of each batch")


class Timer:
    """Any number of processes may run one; each takes what the others do not hold.

    The clock may jump (architecture §7), so no sleep is longer than a tenth of a second without
    a look at it; the database is asked when something may be due, when NOTIFY says so, and each
    second.
    """

    def __init__(self, database: Database, clock: Clock, *, listen_url: str) -> None:
        self.name = "timer"
        self._database = database
        self._clock = clock
        self._listen_url = listen_url
        self._woken = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_working = False

    async def start(self) -> None:
        """Begin."""
        self._tasks = [
            asyncio.create_task(self._run(), name="timer"),
            asyncio.create_task(listen(self._listen_url, self._woken.set), name="timer listener"),
        ]

    async def stop(self) -> None:
        """End; a batch under way is rolled back and falls due again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def is_ready(self) -> bool:
        """Whether its last look at the database succeeded."""
        return self._is_working

    async def _run(self) -> None:
        while True:
            try:
                await self._round()
                self._is_working = True
            except Unavailable as fault:
                self._is_working = False
                log.warning("timer_waits", reason=str(fault))
                await asyncio.sleep(_AWAY)
            except Exception:  # the boundary of the loop: the timer outlives any fault
                self._is_working = False
                log.exception("timer_failed")
                await asyncio.sleep(_AWAY)

    async def _round(self) -> None:
        self._woken.clear()
        now = self._clock.now()
        handed = await self._database.run(lambda transaction: self._hand_over(transaction, now))
        if handed:
            failpoint("after_hand_over")
        if handed < LIMIT:
            await self._sleep_until(await self._next_due())

    async def _hand_over(self, transaction: Transaction, now: datetime) -> int:
        due = await hand_over_due(ScheduleTables(transaction), now)
        if due:
            failpoint("before_hand_over_commit")
            late = (now - due[0].due_at).total_seconds()
            transaction.after_commit(lambda: _count(len(due), late))
        return len(due)

    async def _next_due(self) -> datetime | None:
        return await self._database.run(lambda transaction: ScheduleTables(transaction).next_due())

    async def _sleep_until(self, due: datetime | None) -> None:
        """Returns at the due instant, when woken, or for the poll; held rows are tried again."""
        if due is not None and due <= self._clock.now():
            await asyncio.sleep(_HELD_BY_OTHERS)
            return
        until = time.monotonic() + _POLL
        while (left := until - time.monotonic()) > 0 and not self._woken.is_set():
            ahead = (due - self._clock.now()).total_seconds() if due is not None else left
            if ahead <= 0:
                return
            await self._nap(min(left, ahead, _LOOK_AT_CLOCK))

    async def _nap(self, length: float) -> None:
        try:
            async with asyncio.timeout(length):
                await self._woken.wait()
        except TimeoutError:
            return


def _count(fell_due: int, late: float) -> None:
    _fell_due.inc(fell_due)
    _lateness.observe(late)
