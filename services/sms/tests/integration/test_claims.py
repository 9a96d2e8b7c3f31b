import asyncio
import time
from uuid import uuid4

import pytest
from services.sms.tests.factories import CLIENT, OURS, a_department, a_text
from services.sms.tests.harness import Sms, a_received
from sqlalchemy import text as sql

from clientcomm_contracts.sms import OutgoingText, QuietWindow
from clientcomm_contracts.values import Lane
from clientcomm_persistence import Database, Transaction
from clientcomm_sms.domain.carrier import Rejected
from clientcomm_sms.domain.texts import Attempt

pytestmark = pytest.mark.integration


async def set_rate(sms: Sms, rate: float) -> None:
    event = a_department(rate=rate, sequence=2)
    await sms.database.run(lambda tx: sms.directory.learn_departments(tx, [event]))
    await sms.execute("UPDATE number_bucket SET tokens = 0, refilled_at = clock_timestamp()")


def texts(count: int, *, segments: int = 1) -> list[OutgoingText]:
    return [
        a_text(f"text {n}", to=f"+1512555{n:04}", lane=Lane.BULK, segments=segments)
        for n in range(count)
    ]


async def claim_for(sms: Sms, seconds: float) -> list[Attempt]:
    found: list[Attempt] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found += (await sms.claim()).attempts
        await asyncio.sleep(0.005)
    return found


async def test_two_processes_together_obey_the_rate_of_a_number(sms: Sms) -> None:
    other = Sms(Database(sms.database.url, application_name="other", pool_size=3))
    await other.claim()
    await sms.accept(*texts(100))
    began = time.monotonic()
    await set_rate(sms, 40)

    mine, others = await asyncio.gather(claim_for(sms, 1.5), claim_for(other, 1.5))
    took = time.monotonic() - began

    ids = [attempt.message_id for attempt in mine + others]
    assert len(ids) == len(set(ids))
    assert 40 * 1.5 * 0.5 <= len(ids) <= 40 * took + 2
    assert mine
    assert others
    await other.database.close()


async def test_segments_count_and_the_bucket_may_go_below_nothing(sms: Sms) -> None:
    await set_rate(sms, 0.01)
    await sms.accept(*texts(10, segments=10))
    await sms.execute("UPDATE number_bucket SET tokens = 1, refilled_at = clock_timestamp()")

    first = await sms.claim()
    second = await sms.claim()

    assert len(first.attempts) == 1
    assert second.attempts == []
    left = (await sms.execute("SELECT tokens FROM number_bucket")).scalar_one()
    assert left < 0


async def test_many_claims_at_once_never_take_a_text_twice(sms: Sms) -> None:
    await sms.accept(*texts(100))

    claims = await asyncio.gather(*(sms.claim(30) for _ in range(12)))

    ids = [attempt.message_id for claim in claims for attempt in claim.attempts]
    assert len(ids) == len(set(ids))


async def test_no_text_is_claimed_once_the_stop_is_committed(sms: Sms) -> None:
    """A stop in the middle of claims: whoever claims after its commit finds the number blocked."""
    for round_number in range(8):
        number = f"+1512555{round_number:04}"
        await sms.accept(*(a_text(to=number) for _ in range(20)))
        stop = a_received("STOP", number_from=number, number_to=OURS)

        async def claims() -> None:
            for _ in range(10):
                await sms.claim(3)

        await asyncio.gather(claims(), sms.receive(stop), claims())

    late = await sms.execute(
        """
        SELECT count(*) FROM attempt a
        JOIN opt_out o ON o.number = a.number_to
        WHERE pg_xact_commit_timestamp(a.xmin) > pg_xact_commit_timestamp(o.xmin)
        """
    ) if await keeps_commit_times(sms) else None  # fmt: skip
    if late is not None:
        assert late.scalar_one() == 0
    after = [a_text(to=f"+1512555{n:04}") for n in range(8)]
    await sms.accept(*after)
    assert (await sms.claim()).attempts == []


class KilledInTheMiddle(Exception):
    """As if the process had died before the commit."""


async def keeps_commit_times(sms: Sms) -> bool:
    return bool((await sms.execute("SHOW track_commit_timestamp")).scalar_one() == "on")


async def test_a_claim_waits_for_a_stop_that_is_being_written(sms: Sms) -> None:
    await sms.accept(a_text())
    async with sms.database.transaction() as stopping:
        await sms.receive_texts(stopping, [a_received("STOP", number_from=CLIENT, number_to=OURS)])
        claim = asyncio.create_task(sms.claim())
        await asyncio.sleep(0.2)
        assert not claim.done()

    assert (await claim).attempts == []


async def test_a_stop_waits_for_claims_that_are_being_written(sms: Sms) -> None:
    await sms.accept(a_text())
    async with sms.database.transaction() as claiming:
        claim = await sms.claim_texts(claiming, 10)
        stop = asyncio.create_task(
            sms.receive(a_received("STOP", number_from=CLIENT, number_to=OURS))
        )
        await asyncio.sleep(0.2)
        assert not stop.done()

    await stop
    assert len(claim.attempts) == 1


async def test_a_text_waits_for_the_one_before_it_but_not_for_ever(sms: Sms) -> None:
    second = a_text(conversation_id=uuid4(), position=2)
    await sms.accept(second)
    assert (await sms.claim()).attempts == []

    await sms.execute("UPDATE outgoing_text SET arrived_at = now() - interval '3 min'")

    assert len((await sms.claim()).attempts) == 1


async def test_a_held_text_goes_when_the_quiet_hours_end(sms: Sms) -> None:
    quiet = QuietWindow(starts="09:00", ends="13:30", time_zone="America/Chicago")
    text = a_text(lane=Lane.BULK, quiet=quiet)
    await sms.accept(text)
    assert await sms.send() == []

    sms.clock.move(hours=1, minutes=30)
    await sms.watch()
    await sms.send()

    assert await sms.reports(text.message_id) == [("held", 2), ("queued", 3), ("sent", 4)]


async def test_a_suspected_refusal_holds_automatic_texts_until_a_person_answers(sms: Sms) -> None:
    await sms.receive(a_received("please stop texting me", number_from=CLIENT, number_to=OURS))
    reminder, reply = a_text("reminder", lane=Lane.AUTOMATIC), a_text("reply")
    await sms.accept(reminder, reply)
    assert [attempt.body for attempt in await sms.send()] == ["reply"]

    await sms.receive(a_received("start", number_from=CLIENT, number_to=OURS))
    await sms.send()

    states = [state for state, _ in await sms.reports(reminder.message_id)]
    assert states == ["held", "queued", "sent"]


async def test_a_refusal_that_is_ours_to_mend_is_held_and_offered_again(sms: Sms) -> None:
    text = a_text()
    await sms.accept(text)
    (attempt,) = (await sms.claim()).attempts
    await sms.record((attempt, Rejected("20003")))
    assert (await sms.row(text.message_id)).error_code == "20003"

    sms.clock.move(minutes=6)
    await sms.watch()
    await sms.send()

    states = [state for state, _ in await sms.reports(text.message_id)]
    assert states == ["held", "queued", "sent"]


async def test_the_whole_claim_is_one_commit(sms: Sms) -> None:
    """Killed in the middle of a claim, nothing of it remains: neither attempt nor rate."""
    await sms.accept(a_text())

    async def claim_and_die(tx: Transaction) -> None:
        await sms.claim_texts(tx, 10)
        raise KilledInTheMiddle

    with pytest.raises(KilledInTheMiddle):
        await sms.database.run(claim_and_die)

    async with sms.database.transaction() as tx:
        count = (await tx.execute(sql("SELECT count(*) FROM attempt"))).scalar_one()
    assert count == 0
    assert len((await sms.claim()).attempts) == 1
