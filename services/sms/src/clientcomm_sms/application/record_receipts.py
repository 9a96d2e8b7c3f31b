"""Record the carrier's receipts: append each once, move what they prove (rule 3.2)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from clientcomm_chassis import Clock
from clientcomm_persistence import Transaction
from clientcomm_sms.application.change_opt_out import ChangeOptOut
from clientcomm_sms.application.report import move_and_report
from clientcomm_sms.application.stores import ReceiptLog, TextStates
from clientcomm_sms.domain.carrier_codes import opts_out
from clientcomm_sms.domain.receipts import KnownAttempt, Receipt, tidings
from clientcomm_sms.domain.states import moved, next_poll, repeated
from clientcomm_sms.domain.texts import Move, Standing

_HOW = "carrier"


class RecordReceipts:
    """One batch of status callbacks in one transaction; repeated ones change nothing."""

    def __init__(
        self, log: ReceiptLog, states: TextStates, opt_outs: ChangeOptOut, clock: Clock
    ) -> None:
        self._log = log
        self._states = states
        self._opt_outs = opt_outs
        self._clock = clock

    async def __call__(self, tx: Transaction, receipts: Sequence[Receipt]) -> None:
        fresh = await self._log.append(tx, receipts)
        if fresh:
            await self._apply(tx, fresh)

    async def _apply(self, tx: Transaction, receipts: Sequence[Receipt]) -> None:
        known = await self._log.attempts_of(tx, receipts)
        by_message = _by_message(known, receipts)
        refusing = [
            m for m, found in by_message.items() if any(opts_out(r.error_code) for r in found)
        ]
        if refusing:
            await self._opt_outs.because_of_texts(tx, refusing, how=_HOW)
        standings = await self._states.lock(tx, list(by_message))
        await self._log.learn_sids(tx, _new_sids(known, receipts))
        now = self._clock.now()
        moves = [(s, _move(s, by_message[s.message_id], now)) for s in standings]
        await move_and_report(tx, self._states, moves, now=now)


def _by_message(
    known: Iterable[KnownAttempt], receipts: Sequence[Receipt]
) -> dict[UUID, list[Receipt]]:
    by_token = {attempt.token: attempt.message_id for attempt in known}
    by_sid = {attempt.sid: attempt.message_id for attempt in known if attempt.sid}
    found: dict[UUID, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        message_id = by_token.get(receipt.token) if receipt.token else None
        message_id = message_id or by_sid.get(receipt.sid)
        if message_id is not None:
            found[message_id].append(receipt)
    return found


def _new_sids(known: Iterable[KnownAttempt], receipts: Sequence[Receipt]) -> dict[UUID, str]:
    """Sids that only the receipts' tokens tell: the answer has not come yet, or never will."""
    without = {attempt.token for attempt in known if attempt.sid is None}
    return {r.token: r.sid for r in receipts if r.token in without and r.token is not None}


def _move(standing: Standing, receipts: Sequence[Receipt], now: datetime) -> Move | None:
    news = tidings(standing.state, receipts)
    if news is None:
        return None
    if news.is_contradictory and standing.state.is_final:
        return repeated(standing, error_code=None, look_at=now, is_reported=False)
    look_at = now if news.is_contradictory else None
    if not news.state.is_final:
        look_at = next_poll(standing.sent_at or now, now)
    return moved(
        standing, news.state, error_code=news.error_code, look_at=look_at, sid=receipts[0].sid
    )
