"""The same short answer twice in one thread: which of them does the carrier have?"""

from uuid import UUID

import pytest
from services.sms.tests.factories import CLIENT, OURS, a_text
from services.sms.tests.fakes import FakeCarrier
from services.sms.tests.harness import Sms, a_receipt
from services.sms.tests.integration.test_open_texts import lost_on_the_way

from clientcomm_sms.domain.carrier import Accepted
from clientcomm_sms.domain.texts import Attempt

pytestmark = pytest.mark.integration


def behave(carrier: FakeCarrier) -> None:
    carrier.answer = lambda _attempt: None
    carrier.takes = lambda _attempt: True


async def a_lost_text(sms: Sms, body: str = "ok") -> UUID:
    lost_on_the_way(sms.carrier)
    text = a_text(body)
    await sms.accept(text)
    await sms.send()
    behave(sms.carrier)
    return text.message_id


async def a_twin_under_way(sms: Sms, body: str = "ok") -> tuple[Attempt, Accepted]:
    """The carrier has it, and its answer is not recorded yet."""
    await sms.accept(a_text(body))
    (attempt,) = (await sms.claim()).attempts
    outcome = sms.carrier.submit(attempt)
    assert isinstance(outcome, Accepted)
    return attempt, outcome


async def an_adopted_twin(sms: Sms) -> tuple[UUID, Attempt, Accepted]:
    """A lost text that took for its own what the carrier has of a frozen process."""
    lost = await a_lost_text(sms)
    attempt, outcome = await a_twin_under_way(sms)
    await sms.execute("UPDATE outgoing_text SET lease_until = now() - interval '1 s'")
    await sms.watch()
    await sms.execute(
        "UPDATE outgoing_text SET look_at = NULL WHERE message_id = :id", id=attempt.message_id
    )
    await sms.ask()
    assert (await sms.row(lost)).sid == outcome.sid
    return lost, attempt, outcome


async def test_an_equal_text_that_is_being_sent_is_not_taken_for_the_lost_one(sms: Sms) -> None:
    lost = await a_lost_text(sms)
    attempt, outcome = await a_twin_under_way(sms)

    await sms.ask()
    await sms.record((attempt, outcome))

    twin, row = await sms.row(attempt.message_id), await sms.row(lost)
    assert (twin.state, twin.sid) == ("sent", outcome.sid)
    assert (row.state, row.sid, row.error_code, row.polls) == ("unknown", None, "no_answer", 0)
    await sms.ask(seconds=31)
    assert (await sms.row(lost)).polls == 1


async def test_an_answer_takes_its_sid_back_from_an_equal_text_that_adopted_it(sms: Sms) -> None:
    lost, attempt, outcome = await an_adopted_twin(sms)
    other = a_text("something else")
    await sms.accept(other)
    (another,) = (await sms.claim()).attempts

    await sms.record((attempt, outcome), (another, sms.carrier.submit(another)))

    assert await sms.state(other.message_id) == "sent"
    twin, row = await sms.row(attempt.message_id), await sms.row(lost)
    assert (twin.state, twin.sid) == ("sent", outcome.sid)
    assert (row.state, row.sid) == ("unknown", None)


async def test_a_receipt_takes_its_sid_back_and_the_lost_text_ends_as_failed(sms: Sms) -> None:
    lost, attempt, outcome = await an_adopted_twin(sms)
    sms.carrier.change(outcome.sid, status="delivered")
    await sms.ask(minutes=6)
    assert await sms.state(lost) == "delivered"

    await sms.receipts(a_receipt(attempt, "delivered", sid=outcome.sid))
    for _ in range(4):
        await sms.ask(minutes=3)

    assert await sms.reports(attempt.message_id) == [("unknown", 2), ("delivered", 3)]
    states = [state for state, _ in await sms.reports(lost)]
    assert states == ["unknown", "sent", "delivered", "failed"]
    assert (await sms.row(lost)).error_code == "no_match"
    assert await sms.database.run(sms.open_texts.unexplained) == 1


async def test_a_text_shown_as_failed_that_arrives_after_all_is_shown_as_delivered(
    sms: Sms,
) -> None:
    lost, attempt, outcome = await an_adopted_twin(sms)
    await sms.record((attempt, outcome))
    for _ in range(4):
        await sms.ask(minutes=3)
    late = sms.carrier.take(OURS, CLIENT, "ok")
    sms.carrier.change(late.sid, status="delivered")

    await sms.ask(hours=1)

    states = [state for state, _ in await sms.reports(lost)]
    assert states == ["unknown", "sent", "failed", "delivered"]
