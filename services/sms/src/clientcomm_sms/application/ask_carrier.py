"""Ask the carrier about texts whose fate is open: unknown, without a receipt, contradictory."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from clientcomm_chassis import Clock
from clientcomm_contracts.values import MessageState
from clientcomm_persistence import Database, Transaction
from clientcomm_sms.application.report import move_and_report
from clientcomm_sms.application.stores import ReceiptLog, TextStates
from clientcomm_sms.domain.carrier import Carrier, CarrierAway, CarrierText
from clientcomm_sms.domain.carrier_codes import failure_of
from clientcomm_sms.domain.matching import EARLIER, Sought, matches
from clientcomm_sms.domain.own_codes import OwnCode
from clientcomm_sms.domain.settling import TWIN_RECORDED_AFTER, after_empty_poll
from clientcomm_sms.domain.states import (
    moved,
    next_poll,
    not_listed,
    repeated,
    settled,
    state_of_status,
)
from clientcomm_sms.domain.texts import Move, Standing, Twins, Uncertain

_AT_ONCE = 8
_MISSING_AFTER = timedelta(minutes=10)
_NOBODY_ELSE_FOR = timedelta(minutes=1)

Answer = CarrierText | list[CarrierText] | None


class Open(Protocol):
    """Texts whose fate is open."""

    async def take_due(
        self, tx: Transaction, now: datetime, *, until: datetime, limit: int
    ) -> list[Uncertain]: ...
    async def count_poll(self, tx: Transaction, text: Uncertain) -> None: ...
    async def twins(self, tx: Transaction, text: Uncertain) -> Twins: ...
    async def add_stray(
        self, tx: Transaction, sid: str, *, kind: str, text: Uncertain, now: datetime
    ) -> None: ...


class AskCarrier:
    """One round: take what is due, ask outside any transaction, write what was learned."""

    def __init__(
        self,
        database: Database,
        carrier: Carrier,
        clock: Clock,
        *,
        texts: Open,
        states: TextStates,
        log: ReceiptLog,
    ) -> None:
        self._database = database
        self._carrier = carrier
        self._clock = clock
        self._texts = texts
        self._states = states
        self._log = log

    async def __call__(self) -> bool:
        """True if there is more to ask about."""
        now = self._clock.now()
        due = await self._database.run(
            lambda tx: self._texts.take_due(tx, now, until=now + _NOBODY_ELSE_FOR, limit=_AT_ONCE)
        )
        answers = await asyncio.gather(*(asyncio.to_thread(self._ask, text) for text in due))
        for text, answer in zip(due, answers, strict=True):
            if not isinstance(answer, CarrierAway):
                await self._learn(text, answer)
        return len(due) == _AT_ONCE and not any(isinstance(a, CarrierAway) for a in answers)

    def _ask(self, text: Uncertain) -> Answer | CarrierAway:
        try:
            if text.sid is not None:
                return self._carrier.look_up(text.sid)
            return self._carrier.list_between(
                number_from=text.number_from,
                number_to=text.number_to,
                since=text.started_at - EARLIER,
            )
        except CarrierAway as away:
            return away

    async def _learn(self, text: Uncertain, answer: Answer) -> None:
        async def work(tx: Transaction) -> None:
            if isinstance(answer, list):
                await self._look_for_match(tx, text, answer)
            else:
                await self._take_answer(tx, text, answer)

        await self._database.run(work)

    async def _look_for_match(
        self, tx: Transaction, text: Uncertain, listed: Sequence[CarrierText]
    ) -> None:
        """Adopt the oldest text that can only be this one (research §1.13)."""
        # The lock on texts alike makes two of the same body adopt one after the other.
        twins = await self._texts.twins(tx, text)
        standings = await self._states.lock(tx, [text.message_id])
        owned = await self._log.owned(tx, [found.sid for found in listed])
        sought = Sought(text.number_from, text.number_to, text.body, text.started_at)
        found = matches(sought, listed, owned)
        now = self._clock.now()
        if not standings or standings[0].state is not MessageState.UNKNOWN:
            return
        if not found:
            await self._not_found(tx, standings[0], text, now)
            return
        if twins.sending:
            # What is listed may be the twin's, and its answer tells that within its lease.
            again = repeated(
                standings[0],
                error_code=text.error_code,
                look_at=now + TWIN_RECORDED_AFTER,
                is_reported=False,
            )
            await self._states.move(tx, [again], now)
            return
        copies = found[1:] if twins.unknown == 0 else []
        for copy in copies:
            await self._texts.add_stray(tx, copy.sid, kind="duplicate", text=text, now=now)
        if text.token is not None:
            await self._log.learn_sids(tx, {text.token: found[0].sid})
        else:
            await self._log.adopt(tx, text.message_id, sought, found[0].sid)
        move = _adopted(standings[0], found[0], now, is_duplicate=bool(copies))
        await move_and_report(tx, self._states, [(standings[0], move)], now=now)

    async def _not_found(
        self, tx: Transaction, standing: Standing, text: Uncertain, now: datetime
    ) -> None:
        await self._texts.count_poll(tx, text)
        polls = text.polls + 1
        verdict = after_empty_poll(
            uncertain_since=text.uncertain_since or text.started_at, polls=polls, now=now
        )
        is_new = verdict.is_no_match and text.error_code != OwnCode.NO_MATCH
        code = OwnCode.NO_MATCH if verdict.is_no_match else text.error_code
        move = not_listed(standing, error_code=code, look_at=verdict.look_at, is_new=is_new)
        await move_and_report(tx, self._states, [(standing, move)], now=now)

    async def _take_answer(
        self, tx: Transaction, text: Uncertain, answer: CarrierText | None
    ) -> None:
        now = self._clock.now()
        sent_at = text.sent_at or text.started_at
        if answer is None and text.sid is not None and now - sent_at > _MISSING_AFTER:
            await self._texts.add_stray(tx, text.sid, kind="missing", text=text, now=now)
        for standing in await self._states.lock(tx, [text.message_id]):
            move = _polled(standing, answer, sent_at, now)
            await move_and_report(tx, self._states, [(standing, move)], now=now)


def _state(answer: CarrierText) -> MessageState:
    state = state_of_status(answer.status) or MessageState.SENT
    return failure_of(state, answer.error_code) if state.is_failure else state


def _adopted(
    standing: Standing, found: CarrierText, now: datetime, *, is_duplicate: bool
) -> Move | None:
    state = _state(found)
    return moved(
        standing,
        state,
        error_code=OwnCode.DUPLICATE if is_duplicate else found.error_code,
        look_at=None if state.is_final else next_poll(now, now),
        segments=found.segments,
        sid=found.sid,
    )


def _polled(
    standing: Standing, answer: CarrierText | None, sent_at: datetime, now: datetime
) -> Move | None:
    state = MessageState.SENT if answer is None else _state(answer)
    if standing.state.is_final:
        code = answer.error_code if answer else None
        return settled(standing, state if state.is_final else standing.state, error_code=code)
    if state.is_final and answer is not None:
        return moved(standing, state, error_code=answer.error_code, sid=answer.sid)
    look_at = next_poll(sent_at, now)
    if standing.state is not MessageState.SENT:
        return moved(standing, MessageState.SENT, look_at=look_at)
    return repeated(
        standing,
        error_code=None if look_at else OwnCode.NO_RECEIPT,
        look_at=look_at,
        is_reported=look_at is None,
    )
