"""The sender between a database that fails and a carrier that must not be called twice."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from services.sms.tests.fakes import FakeCarrier
from services.sms.tests.unit.test_carrier_calls import an_attempt

from clientcomm_persistence import OutcomeUnknown
from clientcomm_sms.adapters.hand_over import HandOver
from clientcomm_sms.adapters.sender import Sender
from clientcomm_sms.application.claim_texts import Claim
from clientcomm_sms.application.record_results import Result
from clientcomm_sms.domain.carrier import Accepted, TooLate
from clientcomm_sms.domain.texts import Attempt


class Tables:
    """A database of which only the commit of claims, and the writing of results, can fail."""

    def __init__(self, attempts: Sequence[Attempt]) -> None:
        self.waiting = list(attempts)
        self.commit_fault: Exception | None = None
        self.record_faults: list[Exception] = []
        self.recorded: list[Result] = []
        self.wanted = 0
        self.is_done = asyncio.Event()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        yield
        if self.commit_fault is not None:
            raise self.commit_fault

    async def run(self, work: Callable[[None], Any]) -> None:
        await work(None)

    async def claim(self, _tx: object, most: int) -> Claim:
        taken, self.waiting = self.waiting[:most], self.waiting[most:]
        return Claim(taken, None)

    async def record(self, _tx: object, results: Sequence[Result]) -> None:
        if self.record_faults:
            raise self.record_faults.pop(0)
        self.recorded += results
        if len(self.recorded) >= self.wanted:
            self.is_done.set()


async def all_recorded(tables: Tables, carrier: FakeCarrier, *, count: int) -> None:
    tables.wanted = count
    sender = Sender(tables, tables.claim, tables.record, HandOver(carrier, threads=2))  # type: ignore[arg-type]  # what it uses of them
    await sender.start()
    try:
        async with asyncio.timeout(60):
            await tables.is_done.wait()
    finally:
        await sender.stop()


@pytest.fixture
def carrier() -> FakeCarrier:
    return FakeCarrier()


async def test_what_may_not_be_committed_is_not_sent_and_ends_as_too_late(
    carrier: FakeCarrier,
) -> None:
    """If the commit was done after all, the text goes back into the queue instead of `unknown`."""
    attempts = [an_attempt("one"), an_attempt("two")]
    tables = Tables(attempts)
    tables.commit_fault = OutcomeUnknown()

    await all_recorded(tables, carrier, count=2)

    assert carrier.submitted == []
    assert tables.recorded == [(attempt, TooLate()) for attempt in attempts]


async def test_what_is_committed_is_sent_once(carrier: FakeCarrier) -> None:
    tables = Tables([an_attempt()])

    await all_recorded(tables, carrier, count=1)

    assert len(carrier.submitted) == 1


async def test_an_outcome_whose_recording_fails_is_recorded_at_the_second_try(
    carrier: FakeCarrier,
) -> None:
    tables = Tables([an_attempt()])
    tables.record_faults = [ValueError("the reconciler wrote the same sid at that moment")]

    await all_recorded(tables, carrier, count=1)

    assert len(carrier.submitted) == 1


async def test_an_outcome_that_cannot_be_recorded_costs_no_other(carrier: FakeCarrier) -> None:
    attempts = [an_attempt("one"), an_attempt("two"), an_attempt("three")]
    tables = Tables(attempts)
    tables.record_faults = [ValueError("the batch"), ValueError("one of them, again")]

    await all_recorded(tables, carrier, count=2)

    assert len(carrier.submitted) == 3
    assert all(isinstance(outcome, Accepted) for _, outcome in tables.recorded)
