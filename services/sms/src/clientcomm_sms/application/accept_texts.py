"""Take texts into the send queue (command `SendTextsV1`)."""

from collections.abc import Callable, Sequence

from clientcomm_chassis import Clock
from clientcomm_contracts.sms import SendTextsV1
from clientcomm_contracts.values import MessageState
from clientcomm_persistence import Transaction
from clientcomm_sms.application.report import move_and_report
from clientcomm_sms.application.stores import TextStates, WaitingTexts
from clientcomm_sms.domain.states import moved


class AcceptTexts:
    """Each text once, whatever is repeated; one that was withdrawn before it came is canceled."""

    def __init__(
        self,
        queue: WaitingTexts,
        states: TextStates,
        clock: Clock,
        *,
        wake: Callable[[], object],
    ) -> None:
        self._queue = queue
        self._states = states
        self._clock = clock
        self._wake = wake

    async def __call__(self, tx: Transaction, commands: Sequence[SendTextsV1]) -> None:
        texts = [
            (item, cause[0] if cause else None)
            for command in commands
            for cause in [tx.cause_of(command)]
            for item in command.items
        ]
        withdrawn = await self._queue.add(tx, texts)
        if withdrawn:
            standings = await self._states.lock(tx, withdrawn)
            canceled = [(s, moved(s, MessageState.CANCELED)) for s in standings]
            await move_and_report(tx, self._states, canceled, now=self._clock.now())
        tx.after_commit(self._wake)
