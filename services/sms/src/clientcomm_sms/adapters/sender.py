"""The sender: claims as there is room, calls, and records outcomes in batches."""

import asyncio
from collections.abc import Sequence

import structlog

from clientcomm_chassis import counter
from clientcomm_contracts.faults import Unavailable
from clientcomm_persistence import Database, OutcomeUnknown
from clientcomm_sms.adapters.hand_over import HandOver, boottime
from clientcomm_sms.application.claim_texts import Claim, ClaimTexts
from clientcomm_sms.application.record_results import RecordResults, Result
from clientcomm_sms.domain.carrier import TooLate

log = structlog.get_logger()

_MOST_UNDER_WAY = 160
_WORTH_A_CLAIM = 64
_MOST_RECORDED = 200
_LINGER = 0.02
_IDLE = 0.5
_AWAY = 0.5
_FINISH_WITHIN = 8.0

_claimed = counter("texts_claimed", "Texts claimed for the carrier")
_recorded = counter("carrier_outcomes", "Outcomes of hand-overs", ["outcome"])


class Sender:
    """Claims and records side by side, so that the carrier is never waited for by the database."""

    name = "sender"

    def __init__(
        self, database: Database, claim: ClaimTexts, record: RecordResults, hand_over: HandOver
    ) -> None:
        self._database = database
        self._claim_texts = claim
        self._record_results = record
        self._hand_over = hand_over
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []

    def wake(self) -> None:
        """There may be texts to claim."""
        self._news.set()

    async def start(self) -> None:
        """Begin."""
        self._hand_over.start()
        self._tasks = [
            asyncio.create_task(self._keep_claiming(), name="claim"),
            asyncio.create_task(self._keep_recording(), name="record"),
        ]

    async def stop(self) -> None:
        """Claim no more; record what is under way."""
        self._stopping = True
        self._news.set()
        self._room.set()
        claiming, recording = self._tasks
        await asyncio.gather(claiming, return_exceptions=True)
        self._hand_over.stop()
        deadline = asyncio.get_running_loop().time() + _FINISH_WITHIN
        while self._hand_over.under_way and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - the recorder empties it
            await asyncio.sleep(0.02)
        recording.cancel()
        await asyncio.gather(recording, return_exceptions=True)

    def is_ready(self) -> bool:
        """Whether both loops run."""
        return bool(self._tasks) and not any(task.done() for task in self._tasks)

    async def _keep_claiming(self) -> None:
        while not self._stopping:
            room = _MOST_UNDER_WAY - self._hand_over.under_way
            if room < _WORTH_A_CLAIM:
                self._room.clear()
                await self._room.wait()
                continue
            self._news.clear()
            wait = await self._claim_once(room)
            if wait:
                await self._until_news(wait)

    async def _claim_once(self, room: int) -> float:
        """Claim and hand over; how long to wait for news before the next claim."""
        claim = Claim([], None)
        try:
            async with self._database.transaction() as tx:
                claim = await self._claim_texts(tx, room)
                claimed_at = boottime()
        except OutcomeUnknown:
            self._hand_over.leave_out(claim.attempts)
            return _AWAY
        except Unavailable:
            return _AWAY
        except Exception:  # the loop outlives any fault of one claim
            log.exception("claim_failed")
            return _AWAY
        _claimed.inc(len(claim.attempts))
        self._hand_over.submit(claim.attempts, claimed_at=claimed_at)
        return _IDLE if claim.again_in is None else min(claim.again_in, _IDLE)

    async def _until_news(self, wait: float) -> None:
        try:
            async with asyncio.timeout(wait):
                await self._news.wait()
        except TimeoutError:
            return

    async def _keep_recording(self) -> None:
        while True:
            results: list[Result] = list(await self._hand_over.outcomes(most=_MOST_RECORDED))
            await asyncio.sleep(_LINGER)
            results += self._hand_over.finished(most=_MOST_RECORDED - len(results))
            self._room.set()
            await self._record(results)

    async def _record(self, results: Sequence[Result], *, is_first: bool = True) -> None:
        """Record until it is recorded; what fails goes once more, one by one."""
        while True:
            try:
                await self._database.run(lambda tx: self._record_results(tx, results))
            except Unavailable:
                await asyncio.sleep(_AWAY)
                continue
            except Exception:  # the lease ends and the reconciler finds what cannot be recorded
                log.exception("record_failed", results=len(results))
                if is_first:
                    for result in results:
                        await self._record([result], is_first=False)
                return
            for _, outcome in results:
                _recorded.labels(type(outcome).__name__).inc()
            if any(isinstance(outcome, TooLate) for _, outcome in results):
                self._news.set()
            return
