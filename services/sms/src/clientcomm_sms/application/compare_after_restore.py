"""While the gate is closed: compare what waits with what the carrier has (architecture §5)."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from clientcomm_chassis import Clock
from clientcomm_contracts.values import MessageState
from clientcomm_persistence import Database, Transaction
from clientcomm_sms.application.keep_gate import KeepGate
from clientcomm_sms.application.report import move_and_report
from clientcomm_sms.application.stores import ReceiptLog, TextStates
from clientcomm_sms.domain.carrier import Carrier, CarrierText
from clientcomm_sms.domain.matching import EARLIER, Sought, matches, possible
from clientcomm_sms.domain.own_codes import OwnCode
from clientcomm_sms.domain.states import moved, next_poll, state_of_status
from clientcomm_sms.domain.texts import Move, Standing, Unsent

_LISTED_AGAIN = timedelta(days=7)


class WaitingAfterRestore(Protocol):
    """What waits in a restored queue."""

    async def unsent(self, tx: Transaction) -> list[Unsent]: ...
    async def poll_sent(self, tx: Transaction, now: datetime) -> None: ...


class Lists(Protocol):
    """The carrier's lists."""

    async def read_again(self, tx: Transaction, *, since: datetime, now: datetime) -> None: ...


class CompareAfterRestore:
    """Certain matches are adopted, possible ones become unknown, the rest waits for the gate."""

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        database: Database,
        carrier: Carrier,
        clock: Clock,
        *,
        gate: KeepGate,
        waiting: WaitingAfterRestore,
        states: TextStates,
        log: ReceiptLog,
        lists: Lists,
    ) -> None:
        self._database = database
        self._carrier = carrier
        self._clock = clock
        self._gate = gate
        self._waiting = waiting
        self._states = states
        self._log = log
        self._lists = lists

    async def __call__(self) -> bool:
        """Once per closing. Raises CarrierAway; then it is done again."""
        gate = await self._database.run(self._gate.check)
        if gate.is_open or gate.compared_at is not None:
            return False
        unsent = await self._database.run(self._waiting.unsent)
        for number in sorted({text.number_from for text in unsent}):
            texts = [text for text in unsent if text.number_from == number]
            since = min(text.written_at for text in texts) - EARLIER
            listed = await asyncio.to_thread(
                self._carrier.list_between, number_from=number, number_to=None, since=since
            )
            await self._database.run(partial(self._compare, texts=texts, listed=listed))
        await self._database.run(self._finish)
        return False

    async def _compare(
        self, tx: Transaction, *, texts: Sequence[Unsent], listed: Sequence[CarrierText]
    ) -> None:
        now = self._clock.now()
        owned = await self._log.owned(tx, [found.sid for found in listed])
        standings = {
            s.message_id: s for s in await self._states.lock(tx, [t.message_id for t in texts])
        }
        moves: list[tuple[Standing, Move | None]] = []
        for text in texts:
            standing = standings[text.message_id]
            sought = Sought(text.number_from, text.number_to, text.body, text.written_at)
            if found := matches(sought, listed, owned):
                owned.add(found[0].sid)
                await self._log.adopt(tx, text.message_id, sought, found[0].sid)
                moves.append((standing, _adopted(standing, found[0], now)))
            elif possible(sought, listed, owned):
                code = OwnCode.RESTORED
                unknown = moved(standing, MessageState.UNKNOWN, error_code=code, look_at=now)
                moves.append((standing, unknown))
        await move_and_report(tx, self._states, moves, now=now)

    async def _finish(self, tx: Transaction) -> None:
        now = self._clock.now()
        await self._waiting.poll_sent(tx, now)
        await self._lists.read_again(tx, since=now - _LISTED_AGAIN, now=now)
        gate = await self._gate.read(tx)
        if gate is not None:
            await self._gate.compared(tx, gate)


def _adopted(standing: Standing, found: CarrierText, now: datetime) -> Move | None:
    state = state_of_status(found.status) or MessageState.SENT
    look_at = None if state.is_final else next_poll(now, now)
    return moved(standing, state, error_code=found.error_code, look_at=look_at, sid=found.sid)
