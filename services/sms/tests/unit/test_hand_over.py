import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from services.sms.tests.fakes import FakeCarrier

from clientcomm_contracts.correlation import correlation_id
from clientcomm_sms.adapters import hand_over
from clientcomm_sms.adapters.hand_over import HandOver, boottime
from clientcomm_sms.adapters.send_queue import LEASE_SECONDS
from clientcomm_sms.domain.carrier import Accepted, Ambiguous, Outcome, TooLate
from clientcomm_sms.domain.texts import Attempt


def an_attempt(body: str = "hello", *, correlation_id: str | None = None) -> Attempt:
    return Attempt(
        token=uuid4(),
        message_id=uuid4(),
        number_from="+15005550006",
        number_to="+15125550101",
        body=body,
        body_hash=b"",
        media_keys=(),
        validity_seconds=None,
        tries=1,
        correlation_id=correlation_id,
    )


@asynccontextmanager
async def handing_over(carrier: FakeCarrier, *, threads: int = 4) -> AsyncIterator[HandOver]:
    made = HandOver(carrier, threads=threads)
    made.start()
    yield made
    made.stop()


async def all_outcomes(made: HandOver, count: int) -> list[tuple[Attempt, Outcome]]:
    found: list[tuple[Attempt, Outcome]] = []
    async with asyncio.timeout(60):
        while len(found) < count:
            found += await made.outcomes(most=100)
    return found


async def test_every_attempt_gets_one_outcome() -> None:
    carrier = FakeCarrier()
    attempts = [an_attempt(f"text {n}") for n in range(200)]
    async with handing_over(carrier) as made:
        made.submit(attempts, claimed_at=boottime())
        outcomes = await all_outcomes(made, 200)

        assert made.under_way == 0
    assert {a.token for a, _ in outcomes} == {a.token for a in attempts}
    assert all(isinstance(outcome, Accepted) for _, outcome in outcomes)


async def test_what_is_logged_during_a_call_names_the_click_that_caused_it() -> None:
    class Watching(FakeCarrier):
        def submit(self, attempt: Attempt) -> Outcome:
            seen.append((attempt.correlation_id, correlation_id()))
            return super().submit(attempt)

    seen: list[tuple[str | None, str | None]] = []
    async with handing_over(Watching(), threads=1) as made:
        made.submit(
            [an_attempt(correlation_id="a"), an_attempt(), an_attempt(correlation_id="b")],
            claimed_at=boottime(),
        )
        await all_outcomes(made, 3)

    assert seen == [("a", "a"), (None, None), ("b", "b")]


async def test_a_call_that_cannot_begin_within_5_s_of_its_claim_is_left_out() -> None:
    """As after SIGSTOP and SIGCONT: the lease may be over, somebody else may look already."""
    carrier = FakeCarrier()
    async with handing_over(carrier) as made:
        made.submit([an_attempt()], claimed_at=boottime() - 5.1)
        outcomes = await all_outcomes(made, 1)

    assert [outcome for _, outcome in outcomes] == [TooLate()]
    assert carrier.submitted == []


async def test_an_error_that_nobody_foresaw_is_ambiguous() -> None:
    carrier = FakeCarrier()

    def fail(_attempt: Attempt) -> Outcome:
        raise RuntimeError

    carrier.answer = fail
    async with handing_over(carrier) as made:
        made.submit([an_attempt()], claimed_at=boottime())
        outcomes = await all_outcomes(made, 1)

    assert [outcome for _, outcome in outcomes] == [Ambiguous("unexpected_error")]


async def test_attempts_whose_commit_is_uncertain_are_left_out_without_a_call() -> None:
    carrier = FakeCarrier()
    async with handing_over(carrier) as made:
        made.leave_out([an_attempt(), an_attempt()])
        outcomes = await all_outcomes(made, 2)

    assert {outcome for _, outcome in outcomes} == {TooLate()}
    assert carrier.submitted == []


def test_the_lease_outlasts_the_latest_beginning_and_the_longest_call() -> None:
    assert hand_over.BEGIN_WITHIN + 15 < LEASE_SECONDS


@pytest.mark.parametrize("point", ["before_carrier_call", "after_carrier_call"])
async def test_a_resilience_test_can_strike_around_the_call(
    point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[str] = []
    noted: Callable[[str], None] = reached.append
    monkeypatch.setattr(hand_over, "failpoint", noted)
    async with handing_over(FakeCarrier()) as made:
        made.submit([an_attempt()], claimed_at=boottime())
        await all_outcomes(made, 1)

    assert point in reached
