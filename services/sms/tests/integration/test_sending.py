from uuid import UUID, uuid4

import pytest
from services.sms.tests.factories import CLIENT, DEPARTMENT, OURS, a_text
from services.sms.tests.harness import Sms, a_receipt, a_received

from clientcomm_contracts.sms import SendTextsV1, SetOptOutV1
from clientcomm_contracts.values import Lane
from clientcomm_persistence import Transaction
from clientcomm_sms.domain.carrier import Ambiguous, NotTaken, Rejected, TooLate

pytestmark = pytest.mark.integration


async def test_a_text_is_claimed_sent_and_delivered(sms: Sms) -> None:
    text = a_text()
    await sms.accept(text)

    (attempt,) = await sms.send()
    (taken,) = sms.carrier.taken
    await sms.receipts(a_receipt(attempt, "delivered", sid=taken.sid))

    assert await sms.state(text.message_id) == "delivered"
    assert await sms.reports(text.message_id) == [("sent", 2), ("delivered", 3)]


async def test_the_correlation_id_goes_to_the_carrier_and_comes_back(sms: Sms) -> None:
    texts = [a_text("by Maria"), a_text("by Ben"), a_text("by nobody")]
    commands = [SendTextsV1(items=(item,)) for item in texts]

    async def accept(tx: Transaction) -> None:
        causes = [("from-marias-browser", None), ("from-bens-browser", None), (None, None)]
        tx.remember_causes(zip(commands, causes, strict=True))
        await sms.accept_texts(tx, commands)

    await sms.database.run(accept)
    attempts = await sms.send()
    await sms.receipts(
        *(
            a_receipt(attempt, "delivered", sid=taken.sid)
            for attempt, taken in zip(attempts, sms.carrier.taken, strict=True)
        )
    )

    wanted = {
        texts[0].message_id: "from-marias-browser",
        texts[1].message_id: "from-bens-browser",
        texts[2].message_id: None,
    }
    assert {attempt.message_id: attempt.correlation_id for attempt in attempts} == wanted
    reports = [item for told in await sms.told("sms.message.reported.v1") for item in told["items"]]
    assert len(reports) == 6
    for report in reports:
        assert report["correlation_id"] == wanted[UUID(report["message_id"])]


async def test_a_command_that_comes_twice_sends_once(sms: Sms) -> None:
    text = a_text()
    await sms.accept(text)
    await sms.accept(text)

    await sms.send()
    await sms.send()

    assert len(sms.carrier.taken) == 1


async def test_a_receipt_before_the_answer_is_not_undone_by_it(sms: Sms) -> None:
    text = a_text()
    await sms.accept(text)
    (attempt,) = (await sms.claim()).attempts
    outcome = sms.carrier.submit(attempt)
    (taken,) = sms.carrier.taken

    await sms.receipts(a_receipt(attempt, "delivered", sid=taken.sid))
    await sms.record((attempt, outcome))

    assert await sms.state(text.message_id) == "delivered"
    assert await sms.reports(text.message_id) == [("delivered", 2)]


async def test_receipts_in_any_order_and_twice_never_move_a_text_back(sms: Sms) -> None:
    text = a_text()
    await sms.accept(text)
    (attempt,) = await sms.send()
    sid = sms.carrier.taken[0].sid

    for status in ("delivered", "sent", "queued", "delivered", "sending"):
        await sms.receipts(a_receipt(attempt, status, sid=sid))

    assert await sms.state(text.message_id) == "delivered"
    assert await sms.reports(text.message_id) == [("sent", 2), ("delivered", 3)]
    log = await sms.execute("SELECT count(*) FROM callback_log")
    assert log.scalar_one() == 4


async def test_two_texts_of_a_conversation_leave_in_the_order_of_their_positions(sms: Sms) -> None:
    conversation = uuid4()
    second = a_text("second", conversation_id=conversation, position=2)
    first = a_text("first", conversation_id=conversation, position=1)
    await sms.accept(second)
    assert await sms.send() == []

    await sms.accept(first)
    await sms.send()
    await sms.send()

    assert [taken.body for taken in sms.carrier.taken] == ["first", "second"]


async def test_a_reply_overtakes_waiting_bulk(sms: Sms) -> None:
    conversation = uuid4()
    bulk = [a_text(f"bulk {n}", lane=Lane.BULK) for n in range(5)]
    reply = a_text("reply", conversation_id=conversation, lane=Lane.REPLY)
    await sms.accept(*bulk, reply)

    (attempt, *_) = (await sms.claim(1)).attempts

    assert attempt.body == "reply"


async def test_an_opted_out_number_gets_nothing_and_says_why(sms: Sms) -> None:
    await sms.receive(a_received("STOP", number_from=CLIENT, number_to=OURS))
    text = a_text()
    await sms.accept(text)

    assert await sms.send() == []
    assert await sms.reports(text.message_id) == [("blocked", 2)]
    (told,) = await sms.told("sms.opt_out.recorded.v1")
    assert (told["number"], told["is_opted_out"]) == (CLIENT, True)


async def test_the_carriers_own_opt_out_blocks_the_number(sms: Sms) -> None:
    text = a_text()
    await sms.accept(text)
    (attempt,) = (await sms.claim()).attempts

    await sms.record((attempt, Rejected("21610")))

    assert await sms.state(text.message_id) == "blocked"
    assert len(await sms.told("sms.opt_out.recorded.v1")) == 1
    await sms.accept(a_text())
    assert await sms.send() == []


async def test_too_many_requests_are_offered_again_and_never_twice(sms: Sms) -> None:
    text = a_text()
    await sms.accept(text)
    (attempt,) = (await sms.claim()).attempts

    await sms.record((attempt, NotTaken("20429", retry_after=0.0001)))
    await sms.execute("UPDATE number_bucket SET paused_until = NULL")
    await sms.execute("UPDATE outgoing_text SET next_attempt_at = NULL")
    await sms.send()

    assert await sms.reports(text.message_id) == [("sending", 2), ("sent", 3)]
    assert len(sms.carrier.taken) == 1


async def test_an_ambiguous_answer_is_never_sent_again(sms: Sms) -> None:
    text = a_text()
    await sms.accept(text)
    (attempt,) = (await sms.claim()).attempts

    await sms.record((attempt, Ambiguous("http_500")))

    assert await sms.send() == []
    assert await sms.reports(text.message_id) == [("unknown", 2)]


async def test_a_call_that_began_too_late_is_simply_claimed_again(sms: Sms) -> None:
    text = a_text()
    await sms.accept(text)
    (attempt,) = (await sms.claim()).attempts

    await sms.record((attempt, TooLate()))
    await sms.send()

    assert await sms.reports(text.message_id) == [("sent", 2)]
    assert len(sms.carrier.taken) == 1


async def test_a_person_opts_a_number_in_again(sms: Sms) -> None:
    await sms.receive(a_received("stop", number_from=CLIENT, number_to=OURS))
    entry = SetOptOutV1(
        department_id=DEPARTMENT, number=CLIENT, is_opted_out=False, by_staff_id=uuid4()
    )

    await sms.database.run(lambda tx: sms.set_opt_out(tx, [entry]))
    await sms.accept(a_text())

    assert len(await sms.send()) == 1
    assert [e["sequence"] for e in await sms.told("sms.opt_out.recorded.v1")] == [1, 2]


@pytest.mark.parametrize("before", [[], ["stop"]])
async def test_a_doubt_by_command_holds_automatic_texts_and_leaves_an_opt_out_as_it_is(
    sms: Sms, before: list[str]
) -> None:
    for word in before:
        await sms.receive(a_received(word, number_from=CLIENT, number_to=OURS))
    doubt = SetOptOutV1(
        department_id=DEPARTMENT, number=CLIENT, is_opted_out=False, is_doubtful=True
    )

    await sms.database.run(lambda tx: sms.set_opt_out(tx, [doubt]))
    text = a_text(lane=Lane.AUTOMATIC)
    await sms.accept(text)

    assert await sms.send() == []
    assert await sms.state(text.message_id) == ("blocked" if before else "held")


async def test_a_frozen_process_that_wakes_up_late_gives_its_text_back(sms: Sms) -> None:
    """Its lease is over and the text is called unknown; its word that it did not call counts."""
    text = a_text()
    await sms.accept(text)
    (attempt,) = (await sms.claim()).attempts
    await sms.execute("UPDATE outgoing_text SET lease_until = now() - interval '1 s'")
    await sms.watch()
    await sms.ask()

    await sms.record((attempt, TooLate()))
    await sms.send()

    assert len(sms.carrier.taken) == 1
    assert await sms.reports(text.message_id) == [("unknown", 2), ("sent", 3)]


async def test_a_late_answer_of_a_process_whose_lease_is_over_still_counts(sms: Sms) -> None:
    text = a_text()
    await sms.accept(text)
    (attempt,) = (await sms.claim()).attempts
    outcome = sms.carrier.submit(attempt)
    await sms.execute("UPDATE outgoing_text SET lease_until = now() - interval '1 s'")
    await sms.watch()

    await sms.record((attempt, outcome))
    await sms.ask()

    assert await sms.reports(text.message_id) == [("unknown", 2), ("sent", 3)]
    assert len(sms.carrier.taken) == 1


async def test_a_hundred_texts_are_reported_together(sms: Sms) -> None:
    await sms.accept(*(a_text(to=f"+1512555{n:04}") for n in range(100)))

    await sms.send()

    reports = await sms.told("sms.message.reported.v1")
    assert [len(report["items"]) for report in reports] == [100]
