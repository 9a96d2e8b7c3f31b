"""What becomes due in the send queue by itself: slow and dead hand-overs, holds that end."""

from clientcomm_chassis import Clock
from clientcomm_contracts.values import MessageState
from clientcomm_persistence import Transaction
from clientcomm_sms.application.report import move_and_report
from clientcomm_sms.application.stores import TextStates
from clientcomm_sms.domain.own_codes import OwnCode
from clientcomm_sms.domain.states import moved, shown_as_sending
from clientcomm_sms.domain.texts import Ending


class WatchQueue:
    """One round; several processes may do it at the same time."""

    def __init__(self, states: TextStates, clock: Clock) -> None:
        self._states = states
        self._clock = clock

    async def __call__(self, tx: Transaction) -> bool:
        """Move what is due; True if something may be claimed now."""
        now = self._clock.now()
        slow = await self._states.lock_slow(tx)
        expired = await self._states.lock_expired(tx)
        freed = await self._states.lock_due_held(tx, now)
        endings = [
            Ending(s.token, "unknown", code=OwnCode.PROCESS_DIED) for s in expired if s.token
        ]
        if endings:
            await self._states.end(tx, endings, now)
        await move_and_report(
            tx,
            self._states,
            [
                *((s, shown_as_sending(s)) for s in slow),
                *(
                    (
                        s,
                        moved(
                            s, MessageState.UNKNOWN, error_code=OwnCode.PROCESS_DIED, look_at=now
                        ),
                    )
                    for s in expired
                ),
                *((s, moved(s, MessageState.QUEUED)) for s in freed),
            ],
            now=now,
        )
        return bool(freed)
