"""Record the carrier's receipts: append each once, move what they prove (rule 3.2)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from clientcomm_chassis import Clock
from clientcomm_persistence import Transaction
from clientcomm_sms.application.change_opt_out import ChangeOptOut
from clientcomm_sms.application.report import move_and_report
from clientcomm_sms.application.stores import ReceiptLog, TextStates
from clientcomm_sms.application.take_back import lock_and_take_back
from clientcomm_sms.domain.carrier_codes import opts_out
from clientcomm_sms.domain.receipts import Named, Receipt, tidings
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
        news = [named for named in fresh if named.may_change_something()]
        if news:
            await self._apply(tx, news)

    async def _apply(self, tx: Transaction, news: Sequence[Named]) -> None:
        by_message: dict[UUID, list[Receipt]] = defaultdict(list)
        for named in news:
            if named.message_id is not None:
                by_message[named.message_id].append(named.receipt)
        refusing = [m for m, found in by_message.items() if _opted_out(found)]
        if refusing:
            await self._opt_outs.because_of_texts(tx, refusing, how=_HOW)
        now, proofs = self._clock.now(), _new_sids(news)
        standings, lost = await lock_and_take_back(
            tx, self._states, self._log, message_ids=by_message, proofs=proofs, now=now
        )
        await self._log.learn_sids(tx, proofs)
        moves = [(s, _move(s, by_message[s.message_id], now)) for s in standings]
        await move_and_report(tx, self._states, [*moves, *lost], now=now)


def _opted_out(receipts: Sequence[Receipt]) -> bool:
    return any(opts_out(receipt.error_code) for receipt in receipts)


def _new_sids(news: Sequence[Named]) -> dict[UUID, str]:
    """Sids that only the receipts' tokens tell: the answer has not come yet, or never will."""
    return {n.token: n.receipt.sid for n in news if n.token is not None and n.known_sid is None}


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
