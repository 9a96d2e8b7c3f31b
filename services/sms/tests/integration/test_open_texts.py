from datetime import timedelta

import pytest
from services.sms.tests.factories import CLIENT, OURS, a_text
from services.sms.tests.fakes import FakeCarrier
from services.sms.tests.harness import Sms, a_receipt

from clientcomm_sms.domain.carrier import Ambiguous

pytestmark = pytest.mark.integration


def taken_but_no_answer(carrier: FakeCarrier) -> None:
    """500 after accepting: the carrier has it, we are told nothing."""
    carrier.answer = lambda _attempt: Ambiguous("http_500")


def lost_on_the_way(carrier: FakeCarrier) -> None:
    carrier.answer = lambda _attempt: Ambiguous("no_answer")
    carrier.takes = lambda _attempt: False


async def test_a_text_that_the_carrier_has_after_all_is_adopted(sms: Sms) -> None:
    taken_but_no_answer(sms.carrier)
    text = a_text("It\u2019s at 9\u2026")
    await sms.accept(text)
    await sms.send()

    await sms.ask()

    assert await sms.reports(text.message_id) == [("unknown", 2), ("sent", 3)]
    assert len(sms.carrier.taken) == 1


async def test_no_match_is_said_after_two_polls_and_four_minutes_and_nothing_is_sent_again(
    sms: Sms,
) -> None:
    lost_on_the_way(sms.carrier)
    text = a_text()
    await sms.accept(text)
    await sms.send()

    await sms.ask()
    await sms.ask(minutes=2, seconds=1)
    assert (await sms.row(text.message_id)).error_code == "no_answer"
    await sms.ask(minutes=2, seconds=1)

    row = await sms.row(text.message_id)
    assert (row.state, row.error_code) == ("unknown", "no_match")
    assert await sms.send() == []
    assert [state for state, _ in await sms.reports(text.message_id)] == ["unknown", "unknown"]
    assert await sms.database.run(sms.open_texts.unexplained) == 1


async def test_polls_that_get_no_answer_do_not_count(sms: Sms) -> None:
    lost_on_the_way(sms.carrier)
    text = a_text()
    await sms.accept(text)
    await sms.send()
    sms.carrier.is_away = True

    for _ in range(5):
        await sms.ask(minutes=3)

    assert (await sms.row(text.message_id)).polls == 0


async def test_a_copy_that_shows_up_after_no_match_is_adopted_late(sms: Sms) -> None:
    lost_on_the_way(sms.carrier)
    text = a_text("late")
    await sms.accept(text)
    await sms.send()
    for _ in range(4):
        await sms.ask(minutes=3)

    sms.carrier.take(OURS, CLIENT, "late")
    await sms.ask(hours=1)

    assert (await sms.reports(text.message_id))[-1][0] == "sent"


async def test_a_second_copy_is_kept_as_a_duplicate(sms: Sms) -> None:
    taken_but_no_answer(sms.carrier)
    text = a_text("twice")
    await sms.accept(text)
    await sms.send()
    sms.carrier.take(OURS, CLIENT, "twice")

    await sms.ask()

    kinds = await sms.execute("SELECT kind, message_id FROM stray_text")
    assert [tuple(row) for row in kinds] == [("duplicate", text.message_id)]
    assert (await sms.row(text.message_id)).error_code == "duplicate"


async def test_a_duplicate_stays_one_when_it_is_delivered(sms: Sms) -> None:
    taken_but_no_answer(sms.carrier)
    text = a_text("twice")
    await sms.accept(text)
    (attempt,) = await sms.send()
    sms.carrier.take(OURS, CLIENT, "twice")
    await sms.ask()

    await sms.receipts(a_receipt(attempt, "delivered", sid=sms.carrier.taken[0].sid))

    assert await sms.state(text.message_id) == "delivered"
    (*_, last) = await sms.told("sms.message.reported.v1")
    assert last["items"][0]["error_code"] == "duplicate"


async def test_equal_unknown_texts_adopt_one_copy_each_in_the_order_of_their_attempts(
    sms: Sms,
) -> None:
    taken_but_no_answer(sms.carrier)
    texts = [a_text("same") for _ in range(6)]
    for text in texts:
        await sms.accept(text)
        await sms.send()

    await sms.ask()

    rows = [await sms.row(text.message_id) for text in texts]
    assert [(row.state, row.sid) for row in rows] == [("sent", t.sid) for t in sms.carrier.taken]


async def test_a_receipt_settles_an_unknown_text_by_its_token(sms: Sms) -> None:
    taken_but_no_answer(sms.carrier)
    text = a_text()
    await sms.accept(text)
    (attempt,) = await sms.send()

    await sms.receipts(a_receipt(attempt, "delivered", sid=sms.carrier.taken[0].sid))

    assert await sms.reports(text.message_id) == [("unknown", 2), ("delivered", 3)]


async def test_a_process_that_dies_in_the_middle_leaves_its_text_unknown_then_adopted(
    sms: Sms,
) -> None:
    text = a_text()
    await sms.accept(text)
    (attempt,) = (await sms.claim()).attempts
    sms.carrier.submit(attempt)
    await sms.execute("UPDATE outgoing_text SET lease_until = now() - interval '1 s'")

    await sms.watch()
    await sms.ask()

    assert [state for state, _ in await sms.reports(text.message_id)] == ["unknown", "sent"]
    assert await sms.send() == []


async def test_an_attempt_that_takes_long_is_shown_as_sending(sms: Sms) -> None:
    text = a_text()
    await sms.accept(text)
    await sms.claim()
    await sms.execute("UPDATE outgoing_text SET lease_until = now() + interval '10 s'")

    await sms.watch()
    await sms.watch()

    assert await sms.reports(text.message_id) == [("sending", 2)]


async def test_a_text_without_a_receipt_is_polled(sms: Sms) -> None:
    text = a_text()
    await sms.accept(text)
    await sms.send()
    sms.carrier.change(sms.carrier.taken[0].sid, status="undelivered", error_code="30003")

    await sms.ask(minutes=6)

    assert await sms.state(text.message_id) == "undelivered"
    assert (await sms.row(text.message_id)).error_code == "30003"


async def test_five_days_without_a_receipt_are_told_once(sms: Sms) -> None:
    text = a_text()
    await sms.accept(text)
    await sms.send()

    for _ in range(20):
        await sms.ask(hours=12)

    row = await sms.row(text.message_id)
    assert (row.state, row.error_code, row.look_at) == ("sent", "no_receipt", None)
    assert await sms.reports(text.message_id) == [("sent", 2), ("sent", 3)]


async def test_two_different_final_receipts_are_settled_by_the_carrier(sms: Sms) -> None:
    text = a_text()
    await sms.accept(text)
    (attempt,) = await sms.send()
    sid = sms.carrier.taken[0].sid
    await sms.receipts(a_receipt(attempt, "delivered", sid=sid))
    sms.carrier.change(sid, status="undelivered", error_code="30008")

    await sms.receipts(a_receipt(attempt, "undelivered", sid=sid, error_code="30008"))
    await sms.ask()

    assert await sms.reports(text.message_id) == [
        ("sent", 2),
        ("delivered", 3),
        ("undelivered", 4),
    ]


async def test_a_sent_text_that_the_carrier_does_not_know_is_unexplained(sms: Sms) -> None:
    await sms.accept(a_text())
    await sms.send()
    sms.carrier.taken.clear()

    await sms.ask(minutes=16)

    assert await sms.database.run(sms.open_texts.unexplained) == 1


async def test_an_inbound_text_whose_webhook_never_came_is_found_in_the_list(sms: Sms) -> None:
    await sms.list_carrier()
    sms.carrier.take(CLIENT, OURS, "where were you", direction="inbound")
    sms.clock.move(minutes=2)

    await sms.list_carrier()
    await sms.processing.process_all()
    sms.clock.move(minutes=2)
    await sms.list_carrier()
    await sms.processing.process_all()

    (told,) = await sms.told("sms.text.received.v1")
    assert told["body"] == "where were you"


async def test_a_text_that_the_carrier_lists_and_nobody_sent_is_unexplained(sms: Sms) -> None:
    old = sms.carrier.take(OURS, CLIENT, "who was that")
    sms.carrier.change(old.sid, date_created=old.date_created - timedelta(minutes=5))
    await sms.accept(a_text())
    await sms.send()
    sms.clock.at = sms.carrier.taken[-1].date_created

    await sms.list_carrier()

    strays = await sms.execute("SELECT sid, kind FROM stray_text")
    assert [tuple(row) for row in strays] == [(old.sid, "unexplained")]
