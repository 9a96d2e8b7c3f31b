"""What becomes of a text that was sent, and sending it again (rule 3.2)."""

from datetime import timedelta

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.writings import (
    Writing,
    a_key,
    a_report,
    a_text,
    reported,
)

from clientcomm_contracts.conversations.events import MessageStateChangedV1
from clientcomm_contracts.conversations.messages import ResendMessage
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import MessageState

pytestmark = pytest.mark.integration


async def test_reports_move_a_text_on_and_each_change_is_told_once(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    message = await writing.send(officer, thread)
    sent = a_report(message.id, thread, MessageState.SENT, 1)
    delivered = a_report(message.id, thread, MessageState.DELIVERED, 2)

    await writing.deliver(reported(sent), reported(delivered))
    await writing.deliver(reported(sent), reported(delivered))

    row = await writing.row("select state, version, sent_at, delivered_at from message")
    assert (row.state, row.version) == ("delivered", 2)
    assert row.sent_at is not None
    assert row.delivered_at is not None
    changes = await writing.told(MessageStateChangedV1)
    assert [change.state for change in changes] == [MessageState.SENT, MessageState.DELIVERED]
    assert await writing.sequences(thread.id) == [1, 2, 3]


async def test_a_change_of_state_names_the_click_that_its_text_came_from(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    first, second = [await writing.send(officer, thread) for _ in range(2)]
    mine = a_report(first.id, thread, MessageState.SENT, 1)
    other = a_report(second.id, thread, MessageState.SENT, 1)

    await writing.deliver(
        reported(
            mine.model_copy(update={"correlation_id": "from-marias-browser"}),
            other.model_copy(update={"correlation_id": "from-bens-browser"}),
        )
    )

    rows = await writing.rows(
        "select correlation_id from outbox where name = :name order by position",
        name=MessageStateChangedV1.name,
    )
    told = await writing.told(MessageStateChangedV1)
    assert {
        change.message_id: row.correlation_id for change, row in zip(told, rows, strict=True)
    } == {first.id: "from-marias-browser", second.id: "from-bens-browser"}


async def test_a_late_report_does_not_move_a_delivered_text_back(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    message = await writing.send(officer, thread)
    await writing.deliver(reported(a_report(message.id, thread, MessageState.DELIVERED, 3)))

    await writing.deliver(reported(a_report(message.id, thread, MessageState.SENT, 2)))
    await writing.deliver(reported(a_report(message.id, thread, MessageState.SENDING, 4)))

    row = await writing.row("select state, version from message")
    assert (row.state, row.version) == ("delivered", 3)


async def test_a_code_that_says_more_about_the_same_state_is_shown_and_told(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    message = await writing.send(officer, thread)
    await writing.deliver(reported(a_report(message.id, thread, MessageState.SENT, 1)))

    late = a_report(message.id, thread, MessageState.SENT, 2, error_code="no_receipt")
    await writing.deliver(reported(late))
    await writing.deliver(reported(late))

    row = await writing.row("select state, error_code, has_no_receipt from message")
    assert tuple(row) == ("sent", "no_receipt", True)
    changes = await writing.told(MessageStateChangedV1)
    assert [change.error_code for change in changes] == [None, "no_receipt"]

    await writing.deliver(reported(a_report(message.id, thread, MessageState.DELIVERED, 4)))
    assert not (await writing.row("select has_no_receipt from message")).has_no_receipt


async def test_a_failure_is_a_delivery_problem_until_a_later_success(
    writing: Writing, scene: Scene, thread: Thread, officer: Asker
) -> None:
    first = await writing.send(officer, thread, "one")
    scene.clock.at += timedelta(minutes=1)
    second = await writing.send(officer, thread, "two")
    await writing.deliver(
        reported(a_report(second.id, thread, MessageState.FAILED, 1, error_code="30003"))
    )
    assert (await writing.summary(thread.id)).has_delivery_problem

    await writing.deliver(reported(a_report(first.id, thread, MessageState.DELIVERED, 1)))
    assert (await writing.summary(thread.id)).has_delivery_problem

    scene.clock.at += timedelta(minutes=1)
    third = await writing.send(officer, thread, "three")
    await writing.deliver(reported(a_report(third.id, thread, MessageState.SENT, 1)))
    assert not (await writing.summary(thread.id)).has_delivery_problem


async def test_an_inbound_text_ends_a_delivery_problem(
    writing: Writing, thread: Thread, officer: Asker, office: Place
) -> None:
    message = await writing.send(officer, thread)
    await writing.deliver(reported(a_report(message.id, thread, MessageState.UNDELIVERED, 1)))

    await writing.deliver(a_text(office, thread.number))

    assert not (await writing.summary(thread.id)).has_delivery_problem


@pytest.mark.parametrize("end", [MessageState.FAILED, MessageState.CANCELED])
async def test_a_text_that_never_left_is_no_contact(
    writing: Writing, scene: Scene, thread: Thread, officer: Asker, end: MessageState
) -> None:
    first = await writing.send(officer, thread, "one")
    scene.clock.at += timedelta(hours=1)
    second = await writing.send(officer, thread, "two")
    assert (await writing.summary(thread.id)).last_contact_at == scene.clock.at

    await writing.deliver(
        reported(
            a_report(first.id, thread, MessageState.SENT, 1),
            a_report(second.id, thread, end, 1),
        )
    )

    assert (await writing.summary(thread.id)).last_contact_at == NOON


async def test_a_failed_text_can_be_sent_again_once_and_names_the_old_one(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    message = await writing.send(officer, thread, "Court is at 9:00.")
    await writing.deliver(reported(a_report(message.id, thread, MessageState.FAILED, 1)))

    again = (
        await writing.order(ResendMessage(asker=officer, repeat_key=a_key(), message_id=message.id))
    ).message

    assert (again.resend_of, again.body) == (message.id, "Court is at 9:00.")
    assert again.id != message.id
    with pytest.raises(Refused) as refusal:
        await writing.order(ResendMessage(asker=officer, repeat_key=a_key(), message_id=message.id))
    assert refusal.value.code == "not_failed"


async def test_a_text_that_did_not_fail_is_not_sent_again(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    message = await writing.send(officer, thread)

    with pytest.raises(Refused) as refusal:
        await writing.order(ResendMessage(asker=officer, repeat_key=a_key(), message_id=message.id))

    assert refusal.value.code == "not_failed"
