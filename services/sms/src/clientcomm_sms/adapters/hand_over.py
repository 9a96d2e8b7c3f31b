"""Calls to the carrier in a bounded number of threads; their outcomes return to the event loop."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Iterable
from queue import SimpleQueue

import structlog

from clientcomm_chassis import failpoint, seconds
from clientcomm_contracts.correlation import correlated
from clientcomm_sms.domain.carrier import Ambiguous, Carrier, Outcome, TooLate
from clientcomm_sms.domain.own_codes import OwnCode
from clientcomm_sms.domain.texts import Attempt

log = structlog.get_logger()

BEGIN_WITHIN = 5.0
"""Seconds from the claim's commit in which a call may begin, by a clock that no sleep stops."""

_took = seconds("carrier_call", "One hand-over to the carrier")
Job = tuple[Attempt, float]


def boottime() -> float:
    """Seconds since boot, sleep and suspension included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class HandOver:
    """Takes attempts, gives outcomes; every attempt gets exactly one."""

    def __init__(self, carrier: Carrier, *, threads: int = 16) -> None:
        self._carrier = carrier
        self._threads = threads
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._done: deque[tuple[Attempt, Outcome]] = deque()
        self._news = asyncio.Event()
        self._is_told = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._workers: list[threading.Thread] = []
        self.under_way = 0

    def start(self) -> None:
        """Start the threads; call it on the event loop."""
        self._loop = asyncio.get_running_loop()
        for number in range(self._threads):
            worker = threading.Thread(target=self._work, name=f"carrier-{number}", daemon=True)
            worker.start()
            self._workers.append(worker)

    def stop(self) -> None:
        """Let the threads end once what was submitted is done."""
        for _ in self._workers:
            self._jobs.put(None)

    def submit(self, attempts: Iterable[Attempt], *, claimed_at: float) -> None:
        """Call the carrier for these; `claimed_at` by `boottime`, not after their commit."""
        for attempt in attempts:
            self.under_way += 1
            self._jobs.put((attempt, claimed_at))

    def leave_out(self, attempts: Iterable[Attempt]) -> None:
        """Attempts that may be committed but are certainly not to be called."""
        for attempt in attempts:
            self.under_way += 1
            self._done.append((attempt, TooLate()))
        self._news.set()

    async def outcomes(self, *, most: int) -> list[tuple[Attempt, Outcome]]:
        """Outcomes as they come, at least one."""
        while not self._done:
            self._news.clear()
            self._is_told = False
            if not self._done:
                await self._news.wait()
        return self.finished(most=most)

    def finished(self, *, most: int) -> list[tuple[Attempt, Outcome]]:
        """Outcomes that are there now."""
        found = [self._done.popleft() for _ in range(min(most, len(self._done)))]
        self.under_way -= len(found)
        return found

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            attempt, claimed_at = job
            self._done.append((attempt, self._call(attempt, claimed_at)))
            if not self._is_told and self._loop is not None:
                self._is_told = True
                self._loop.call_soon_threadsafe(self._news.set)

    def _call(self, attempt: Attempt, claimed_at: float) -> Outcome:
        failpoint("before_carrier_call")
        if boottime() - claimed_at > BEGIN_WITHIN:
            return TooLate()
        began = time.perf_counter()
        with correlated(attempt.correlation_id):
            try:
                outcome = self._carrier.submit(attempt)
            except Exception:  # what nobody foresaw leaves open whether the carrier has it
                log.exception("carrier_call_failed", message_id=attempt.message_id)
                outcome = Ambiguous(OwnCode.UNEXPECTED_ERROR)
            _took.observe(time.perf_counter() - began)
            log.debug(
                "text_handed_over", message_id=attempt.message_id, outcome=type(outcome).__name__
            )
        failpoint("after_carrier_call")
        return outcome
