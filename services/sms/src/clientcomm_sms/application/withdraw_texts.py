"""Take back what has not gone to the carrier (command `WithdrawTextsV1`)."""

from collections.abc import Sequence

from clientcomm_chassis import Clock
from clientcomm_contracts.sms import WithdrawTextsV1
from clientcomm_contracts.values import Lane, MessageState
from clientcomm_persistence import Transaction
from clientcomm_sms.application.report import move_and_report
from clientcomm_sms.application.stores import TextStates, Withdrawals
from clientcomm_sms.domain.states import moved
from clientcomm_sms.domain.texts import LANES


class WithdrawTexts:
    """What had gone stays as it is; what was written before and comes later is canceled."""

    def __init__(self, withdrawals: Withdrawals, states: TextStates, clock: Clock) -> None:
        self._withdrawals = withdrawals
        self._states = states
        self._clock = clock

    async def __call__(self, tx: Transaction, commands: Sequence[WithdrawTextsV1]) -> None:
        for command in commands:
            await self._withdraw(tx, command)

    async def _withdraw(self, tx: Transaction, command: WithdrawTextsV1) -> None:
        now = self._clock.now()
        up_to = command.withdrawn_at or now
        lanes = (Lane.BULK,) if command.mass_message_lane_only else LANES
        kept = self._withdrawals
        await kept.lock_arrivals_out(tx)
        standings = await kept.lock_waiting(
            tx,
            conversation_ids=command.conversation_ids,
            message_ids=command.message_ids,
            lanes=lanes,
            up_to=up_to,
        )
        await kept.remember_texts(tx, command.message_ids, now)
        await kept.remember_lanes(tx, command.conversation_ids, lanes=lanes, up_to=up_to)
        await move_and_report(
            tx,
            self._states,
            [(s, moved(s, MessageState.CANCELED)) for s in standings],
            now=now,
            cause=command,
        )
