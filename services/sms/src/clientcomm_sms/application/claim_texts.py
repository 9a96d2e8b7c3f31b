"""Claim texts for the carrier: rate, order, opt-out and attempt in one commit (architecture §5)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from uuid import UUID

from clientcomm_chassis import Clock
from clientcomm_persistence import Transaction
from clientcomm_sms.application.report import move_and_report
from clientcomm_sms.application.stores import TextStates, WaitingTexts
from clientcomm_sms.domain.matching import body_hash
from clientcomm_sms.domain.rate import seconds_until_free
from clientcomm_sms.domain.release import Go, Stay, choose
from clientcomm_sms.domain.states import moved
from clientcomm_sms.domain.texts import Attempt


@dataclass(frozen=True, slots=True)
class Claim:
    """Attempts that are committed when the transaction is, and when to claim again.

    `again_in` seconds: 0 at once, None when there is nothing to wait for but news.
    """

    attempts: list[Attempt]
    again_in: float | None


class ClaimTexts:
    """One claim over all numbers that are free."""

    def __init__(self, queue: WaitingTexts, states: TextStates, clock: Clock) -> None:
        self._queue = queue
        self._states = states
        self._clock = clock

    async def __call__(self, tx: Transaction, most: int) -> Claim:
        """Claim up to `most` texts."""
        free = await self._queue.free_numbers(tx)
        limits = _limits(free, most)
        if not limits:
            return Claim([], _wait(free))
        found = await self._queue.next_texts(tx, limits)
        now = self._clock.now()
        going: list[Go] = []
        staying: list[Stay] = []
        left: dict[str, float] = {}
        for number, texts in found.items():
            go, stay, left[number] = choose(texts, tokens=free[number][0], now=now)
            going += go
            staying += stay
        await self._keep_back(tx, staying, now)
        attempts = [_attempt(go) for go in going]
        if attempts:
            await self._queue.begin(tx, attempts, tokens=left)
        took_something = bool(going or staying)
        rates = {number: (left[number], free[number][1]) for number in left}
        return Claim(attempts, _wait(rates) if took_something else None)

    async def _keep_back(self, tx: Transaction, staying: list[Stay], now: datetime) -> None:
        moves = [
            (
                stay.text.standing,
                moved(stay.text.standing, stay.state, error_code=stay.code, look_at=stay.look_at),
            )
            for stay in staying
        ]
        if moves:
            await move_and_report(tx, self._states, moves, now=now)


def _limits(free: Mapping[str, tuple[float, float]], most: int) -> dict[str, int]:
    """How many texts to look at per number that has tokens; one may always take it below zero."""
    ready = {number: tokens for number, (tokens, _) in free.items() if tokens > 0}
    share = max(1, most // len(ready)) if ready else 0
    return {number: min(share, ceil(tokens) + 1) for number, tokens in ready.items()}


def _wait(free: Mapping[str, tuple[float, float]]) -> float | None:
    return min(
        (seconds_until_free(tokens, rate=rate) for tokens, rate in free.values()), default=None
    )


def _attempt(go: Go) -> Attempt:
    text = go.text
    return Attempt(
        token=UUID(bytes=secrets.token_bytes(16)),
        message_id=text.message_id,
        number_from=text.number_from,
        number_to=text.number_to,
        body=text.body,
        body_hash=body_hash(text.body),
        media_keys=text.media_keys,
        validity_seconds=go.validity_seconds,
        tries=text.tries + 1,
        correlation_id=text.standing.correlation_id,
    )
