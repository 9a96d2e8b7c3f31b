"""Deliberately broken variants of the product, to see that the checker notices each."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID


def apply(variant: str, process: str) -> None:
    """Break this process as the variant says; raises KeyError for one that nobody knows."""
    break_it, roles = _VARIANTS[variant]
    if process.startswith(roles):
        break_it()


def _no_inbox() -> None:
    from clientcomm_persistence import Transaction

    async def first_time(_: Any, consumer: str, event_ids: Sequence[UUID]) -> set[UUID]:
        del consumer
        return set(event_ids)

    Transaction.first_time = first_time  # type: ignore[assignment,method-assign]  # that is the breakage


def _acknowledged_before_commit() -> None:
    from clientcomm_bus.batches import BatchConsumer
    from clientcomm_chassis import failpoint

    async def consume(self: Any, subscription: Any) -> None:
        while not self._stopping:
            batch = await subscription.gather(size=self._batch_size, pace=self._pace)
            await subscription.acknowledge(batch[-1].tag)
            await asyncio.sleep(0.05)  # the acknowledgement leaves the process
            failpoint("after_commit")
            await self._handle([item for delivery in batch for item in delivery.items])

    BatchConsumer._consume = consume  # type: ignore[method-assign]  # that is the breakage


def _attempt_not_committed_first() -> None:
    from clientcomm_sms.adapters.hand_over import boottime
    from clientcomm_sms.adapters.sender import Sender

    async def claim_once(self: Any, room: int) -> float:
        async with self._database.transaction() as tx:
            claim = await self._claim_texts(tx, room)
            self._hand_over.submit(claim.attempts, claimed_at=boottime())
            if claim.attempts:
                await asyncio.sleep(1.0)
        return 0.1

    Sender._claim_once = claim_once  # type: ignore[method-assign]  # that is the breakage


def _blind_retry() -> None:
    from clientcomm_sms.adapters.twilio_carrier import TwilioCarrier
    from clientcomm_sms.domain.carrier import Ambiguous

    honest = TwilioCarrier.submit

    def submit(self: Any, attempt: Any) -> Any:
        outcome = honest(self, attempt)
        return honest(self, attempt) if isinstance(outcome, Ambiguous) else outcome

    TwilioCarrier.submit = submit  # type: ignore[method-assign]  # that is the breakage


_VARIANTS = {
    "no_inbox": (_no_inbox, ("conversations", "sms", "scheduler", "export")),
    "acknowledged_before_commit": (_acknowledged_before_commit, ("conversations", "sms")),
    "attempt_not_committed_first": (_attempt_not_committed_first, ("sms-sender",)),
    "blind_retry": (_blind_retry, ("sms-sender",)),
}
