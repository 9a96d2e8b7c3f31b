"""Change the block list: client number and department (rule 3.7)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from clientcomm_chassis import Clock
from clientcomm_contracts.sms import OptOutRecordedV1
from clientcomm_contracts.values import MessageState
from clientcomm_persistence import Transaction
from clientcomm_sms.application.report import move_and_report
from clientcomm_sms.application.stores import BlockList, TextStates
from clientcomm_sms.domain.inbound import Blocked
from clientcomm_sms.domain.states import moved

_PAIRS = UUID("8c2f4c5e-5f0e-4b39-9c5b-0d8f4f0f9a61")


def aggregate_of(department_id: UUID, number: str) -> UUID:
    """The id of the pair of number and department."""
    return uuid5(_PAIRS, f"{department_id} {number}")


class ChangeOptOut:
    """Writes changes, tells of them, and lifts the holds of a suspected refusal."""

    def __init__(self, block_list: BlockList, states: TextStates, clock: Clock) -> None:
        self._block_list = block_list
        self._states = states
        self._clock = clock

    async def __call__(self, tx: Transaction, changes: Sequence[Blocked]) -> list[Blocked]:
        """Make these pairs so; what is so already is left alone. Returns what changed."""
        await self._block_list.lock_claims_out(tx)
        known = await self._block_list.of(tx, [(c.department_id, c.number) for c in changes])
        now = self._clock.now()
        changed = []
        for change in changes:
            before = known.get((change.department_id, change.number))
            after = _after(before, change)
            if after is not None:
                known[change.department_id, change.number] = after
                changed.append(after)
                self._tell(tx, before, after, now)
            if before is not None and before.is_doubtful and not change.is_doubtful:
                await self._lift_hold(tx, change, now)
        await self._block_list.write(tx, changed, now)
        return changed

    async def because_of_texts(
        self, tx: Transaction, message_ids: Sequence[UUID], *, how: str
    ) -> None:
        """The carrier said that the receivers of these texts opted out."""
        pairs = await self._states.receivers_of(tx, message_ids)
        changes = [Blocked(d, number, is_opted_out=True, how=how) for d, number in sorted(pairs)]
        await self(tx, changes)

    def _tell(self, tx: Transaction, before: Blocked | None, after: Blocked, now: datetime) -> None:
        if after.is_opted_out == (before is not None and before.is_opted_out):
            return
        tx.publish(
            OptOutRecordedV1(
                aggregate_id=aggregate_of(after.department_id, after.number),
                sequence=after.sequence,
                occurred_at=now,
                department_id=after.department_id,
                number=after.number,
                is_opted_out=after.is_opted_out,
                how=after.how or "",
                by_staff_id=after.by_staff_id,
            )
        )

    async def _lift_hold(self, tx: Transaction, change: Blocked, now: datetime) -> None:
        held = await self._states.lock_doubtful_held(tx, change.department_id, change.number)
        await move_and_report(
            tx, self._states, [(s, moved(s, MessageState.QUEUED)) for s in held], now=now
        )


def _after(before: Blocked | None, change: Blocked) -> Blocked | None:
    """The pair after the change with its next sequence; None where nothing changes.

    A doubt leaves an opt-out as it is.
    """
    old = before or Blocked(change.department_id, change.number)
    if change.is_doubtful:
        change = replace(change, is_opted_out=old.is_opted_out)
    if old.is_opted_out == change.is_opted_out and old.is_doubtful == change.is_doubtful:
        return None
    step = int(old.is_opted_out != change.is_opted_out)
    return replace(change, sequence=old.sequence + step)
