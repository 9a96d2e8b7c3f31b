"""Record what the carrier answered to attempts, many in one transaction."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from clientcomm_chassis import Clock
from clientcomm_contracts.values import MessageState
from clientcomm_persistence import Transaction
from clientcomm_sms.application.change_opt_out import ChangeOptOut
from clientcomm_sms.application.report import move_and_report
from clientcomm_sms.application.stores import ReceiptLog, TextStates
from clientcomm_sms.application.take_back import lock_and_take_back
from clientcomm_sms.domain.carrier import (
    Accepted,
    Ambiguous,
    NotTaken,
    Outcome,
    Rejected,
    TooLate,
)
from clientcomm_sms.domain.carrier_codes import SideEffect, refusal_of
from clientcomm_sms.domain.states import (
    back_into_queue,
    held_after_refusal,
    moved,
    next_poll,
)
from clientcomm_sms.domain.texts import Attempt, Ending, Move, Standing

Result = tuple[Attempt, Outcome]

_FIRST_RETRY, _LONGEST_RETRY = 0.5, 60.0
_QUEUE_FULL_PAUSE = 60.0
_MENDED_AFTER = timedelta(minutes=5)
_CARRIER_OPT_OUT = "carrier"


class RecordResults:
    """States, attempts, side effects and reports of a batch of hand-overs."""

    def __init__(
        self, log: ReceiptLog, states: TextStates, opt_outs: ChangeOptOut, clock: Clock
    ) -> None:
        self._log = log
        self._states = states
        self._opt_outs = opt_outs
        self._clock = clock

    async def __call__(self, tx: Transaction, results: Sequence[Result]) -> None:
        """Record; a receipt that came before the answer is not undone."""
        now = self._clock.now()
        by_message = {attempt.message_id: (attempt, outcome) for attempt, outcome in results}
        await self._side_effects(tx, results)
        proofs = {a.token: o.sid for a, o in results if isinstance(o, Accepted)}
        standings, lost = await lock_and_take_back(
            tx, self._states, self._log, message_ids=by_message, proofs=proofs, now=now
        )
        moves = [(s, _move(s, *by_message[s.message_id], now=now)) for s in standings]
        await self._states.end(tx, [_ending(*result) for result in results], now)
        await move_and_report(tx, self._states, [*moves, *lost], now=now)
        await self._pause_numbers(tx, results)

    async def _side_effects(self, tx: Transaction, results: Sequence[Result]) -> None:
        opted_out = [
            attempt.message_id
            for attempt, outcome in results
            if isinstance(outcome, Rejected)
            and refusal_of(outcome.code).side_effect is SideEffect.OPT_OUT
        ]
        if opted_out:
            await self._opt_outs.because_of_texts(tx, opted_out, how=_CARRIER_OPT_OUT)

    async def _pause_numbers(self, tx: Transaction, results: Sequence[Result]) -> None:
        full = {a.number_from for a, o in results if isinstance(o, Rejected) and _is_full(o)}
        if full:
            await self._states.pause(tx, sorted(full), seconds=_QUEUE_FULL_PAUSE)
        busy = {a.number_from: a.tries for a, o in results if isinstance(o, NotTaken)}
        if busy:
            await self._states.pause(tx, sorted(busy), seconds=_back_off(max(busy.values())) / 2)


def _move(standing: Standing, attempt: Attempt, outcome: Outcome, *, now: datetime) -> Move | None:
    is_current = standing.token == attempt.token and not standing.state.is_final
    match outcome:
        case Accepted():
            return moved(
                standing,
                MessageState.SENT,
                look_at=next_poll(now, now),
                segments=outcome.segments or None,
                sid=outcome.sid,
            )
        case Ambiguous():
            return moved(standing, MessageState.UNKNOWN, error_code=outcome.code, look_at=now)
        case TooLate() if is_current and standing.sid is None:
            return back_into_queue(standing, retry_after=0.0, code=None, is_shown=False)
        case NotTaken() if is_current and standing.sid is None:
            wait = outcome.retry_after or _back_off(attempt.tries)
            return back_into_queue(standing, retry_after=wait, code=outcome.code)
        case Rejected() if is_current and standing.sid is None:
            return _refused(standing, attempt, outcome, now)
        case TooLate() | NotTaken() | Rejected():
            return None
        case _:
            assert_never(outcome)


def _refused(standing: Standing, attempt: Attempt, outcome: Rejected, now: datetime) -> Move | None:
    meaning = refusal_of(outcome.code)
    if meaning.retryable:
        wait = _back_off(attempt.tries)
        return back_into_queue(standing, retry_after=wait, code=outcome.code)
    if meaning.state is MessageState.HELD:
        return held_after_refusal(standing, code=outcome.code, look_at=now + _MENDED_AFTER)
    return moved(standing, meaning.state, error_code=outcome.code)


def _is_full(outcome: Rejected) -> bool:
    return refusal_of(outcome.code).side_effect is SideEffect.STOP_NUMBER


def _back_off(tries: int) -> float:
    """Doubling from half a second to a minute, a tenth of it by chance."""
    wait: float = min(_LONGEST_RETRY, _FIRST_RETRY * 2 ** min(tries - 1, 10))
    return wait * random.uniform(0.9, 1.1)  # noqa: S311 - only spreads


def _ending(attempt: Attempt, outcome: Outcome) -> Ending:
    match outcome:
        case Accepted():
            return Ending(attempt.token, "submitted", sid=outcome.sid)
        case Rejected():
            return Ending(attempt.token, "rejected", code=outcome.code)
        case NotTaken():
            return Ending(attempt.token, "not_taken", code=outcome.code)
        case Ambiguous():
            return Ending(attempt.token, "unknown", code=outcome.code)
        case TooLate():
            return Ending(attempt.token, "not_sent")
        case _:
            assert_never(outcome)
