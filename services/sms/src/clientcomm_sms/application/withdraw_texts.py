"""Take back what has not gone to the carrier (command `WithdrawTextsV1`)."""

from collections.abc import Sequence

from clientcomm_chassis import Clock
from clientcomm_contracts.sms import WithdrawTextsV1
from clientcomm_contracts.values import MessageState
from clientcomm_persistence import Transaction
from clientcomm_sms.application.report import move_and_report
from clientcomm_sms.application.stores import TextStates
from clientcomm_sms.domain.states import moved


class WithdrawTexts:
    """What had gone stays as it is; what comes later is canceled when it comes."""

    def __init__(self, states: TextStates, clock: Clock) -> None:
        self._states = states
        self._clock = clock

    async def __call__(self, tx: Transaction, commands: Sequence[WithdrawTextsV1]) -> None:
        for command in commands:
            await self._withdraw(tx, command)

    async def _withdraw(self, tx: Transaction, command: WithdrawTextsV1) -> None:
        now = self._clock.now()
        standings = await self._states.lock_withdrawable(
            tx,
            conversation_ids=command.conversation_ids,
            message_ids=command.message_ids,
            bulk_only=command.mass_message_lane_only,
        )
        await self._states.remember_withdrawn(tx, command.message_ids, now)
        await move_and_report(
            tx,
            self._states,
            [(s, moved(s, MessageState.CANCELED)) for s in standings],
            now=now,
            cause=command,
        )
