from datetime import timedelta

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.writings import Writing, a_key, a_text

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.events import ReadPositionMovedV1
from clientcomm_contracts.conversations.reading import MarkRead, MarkUnread
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Role

pytestmark = pytest.mark.integration


@pytest.fixture
async def thread(writing: Writing, scene: Scene, office: Place, officer: Asker) -> Thread:
    thread = await scene.thread(office, officer)
    for minute in range(3):
        at = NOON + timedelta(minutes=minute)
        await writing.deliver(a_text(office, thread.number, f"text {minute}", at=at))
    return thread


async def _text(writing: Writing, body: str) -> object:
    return (await writing.row("select id from message where body = :body", body=body)).id


async def test_what_was_shown_is_read_and_what_came_after_is_not(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    shown = await _text(writing, "text 1")

    reply = await writing.order(
        MarkRead.model_validate({"asker": officer, "conversation_id": thread.id, "up_to": shown})
    )

    assert reply.unread_count == 1
    row = await writing.summary(thread.id)
    assert (row.unread_count, row.is_unread) == (1, True)
    (moved,) = await writing.told(ReadPositionMovedV1)
    assert (moved.unread_count, moved.read_up_to) == (1, NOON + timedelta(minutes=1))


async def test_without_a_message_everything_is_read(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    reply = await writing.order(MarkRead(asker=officer, conversation_id=thread.id))

    assert reply.unread_count == 0
    assert not (await writing.summary(thread.id)).is_unread


async def test_the_position_never_moves_backwards(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    await writing.order(MarkRead(asker=officer, conversation_id=thread.id))
    earlier = await _text(writing, "text 0")

    reply = await writing.order(
        MarkRead.model_validate({"asker": officer, "conversation_id": thread.id, "up_to": earlier})
    )

    assert reply.unread_count == 0
    assert len(await writing.told(ReadPositionMovedV1)) == 1


async def test_marked_unread_the_last_text_is_unread_again(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    await writing.order(MarkRead(asker=officer, conversation_id=thread.id))

    reply = await writing.order(MarkUnread(asker=officer, conversation_id=thread.id))
    again = await writing.order(MarkUnread(asker=officer, conversation_id=thread.id))

    assert (reply.unread_count, again.unread_count) == (1, 1)
    assert len(await writing.told(ReadPositionMovedV1)) == 2


async def test_what_came_after_stays_unread_when_the_same_order_comes_again(
    writing: Writing, office: Place, thread: Thread, officer: Asker
) -> None:
    order = MarkRead(asker=officer, conversation_id=thread.id, repeat_key=a_key("read"))
    await writing.order(order)
    await writing.deliver(a_text(office, thread.number, "later", at=NOON + timedelta(hours=1)))

    again = await writing.order(order)

    assert again.unread_count == 0
    assert (await writing.summary(thread.id)).unread_count == 1


async def test_marked_unread_once_per_key(writing: Writing, thread: Thread, officer: Asker) -> None:
    order = MarkUnread(asker=officer, conversation_id=thread.id, repeat_key=a_key("unread"))
    await writing.order(MarkRead(asker=officer, conversation_id=thread.id))
    await writing.order(order)
    await writing.order(MarkRead(asker=officer, conversation_id=thread.id))

    await writing.order(order)

    assert (await writing.summary(thread.id)).unread_count == 0


async def test_a_thread_without_inbound_texts_cannot_be_unread(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    quiet = await scene.thread(office, officer)
    await writing.send(officer, quiet)

    reply = await writing.order(MarkUnread(asker=officer, conversation_id=quiet.id))

    assert reply.unread_count == 0


async def test_a_supervisor_does_not_move_the_position(
    writing: Writing, scene: Scene, office: Place, thread: Thread
) -> None:
    supervisor = await scene.staff("Sue", (Role.SUPERVISOR, office))

    with pytest.raises(Refused) as refusal:
        await writing.order(MarkRead(asker=supervisor, conversation_id=thread.id))

    assert refusal.value.kind == "not_allowed"
    assert (await writing.summary(thread.id)).unread_count == 3


async def test_the_front_desk_reads_the_inbox(
    writing: Writing, scene: Scene, office: Place
) -> None:
    desk = await scene.staff("Flo", (Role.FRONT_DESK, office))
    await writing.deliver(a_text(office, "+12125550177"))
    stranger = (await writing.row("select id from conversation where sender is not null")).id

    reply = await writing.order(MarkRead(asker=desk, conversation_id=stranger))

    assert reply.unread_count == 0


async def test_a_message_of_another_thread_is_not_found(
    writing: Writing, thread: Thread, officer: Asker
) -> None:
    with pytest.raises(Refused) as refusal:
        await writing.order(MarkRead(asker=officer, conversation_id=thread.id, up_to=new_id()))

    assert refusal.value.kind == "not_found"
