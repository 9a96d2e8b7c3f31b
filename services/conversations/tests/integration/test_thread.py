from datetime import timedelta
from typing import Any

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.messages import GetMessage
from clientcomm_contracts.conversations.reading import GetThread
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Author, Direction, MarkerKind, MessageState, Role
from clientcomm_conversations.adapters.tables.messages import attachment

pytestmark = pytest.mark.integration

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def here(scene: Scene) -> Place:
    return await scene.department("Pretrial")


@pytest.fixture
async def dana(scene: Scene, here: Place) -> Asker:
    return await scene.staff("Dana", (Role.CASE_MANAGER, here))


@pytest.fixture
async def thread(scene: Scene, here: Place, dana: Asker) -> Thread:
    return await scene.thread(here, dana)


async def a_page(scene: Scene, dana: Asker, thread: Thread, **asked: Any) -> Any:
    return await scene.ask(GetThread(asker=dana, conversation_id=thread.id, **asked))


async def test_texts_and_markers_stand_in_order_of_time_and_pages_leave_no_gap(
    scene: Scene, dana: Asker, thread: Thread
) -> None:
    ids = []
    for step in range(23):
        # Three things in each moment, so that ids decide.
        at = NOON + step // 3 * MINUTE
        if step % 5 == 0:
            ids.append((at, await scene.marker(thread, MarkerKind.CALL_RECEIVED, at)))
        else:
            ids.append((at, await scene.message(thread, str(step), at)))
    expected = [item_id for _, item_id in sorted(ids)]

    found: list[Any] = []
    before = None
    while True:
        page = await a_page(scene, dana, thread, before=before, limit=4)
        found = [item.id for item in page.items] + found
        before = page.before
        if before is None:
            break

    assert found == expected


async def test_an_empty_thread_has_no_page_before(
    scene: Scene, dana: Asker, thread: Thread
) -> None:
    page = await a_page(scene, dana, thread)

    assert (page.items, page.before, page.sequence) == ((), None, 0)


async def test_a_failed_text_says_what_happened_and_what_it_was_resent_as(
    scene: Scene, dana: Asker, thread: Thread
) -> None:
    failed = await scene.message(
        thread,
        "see you",
        NOON,
        direction=Direction.OUTBOUND,
        state=MessageState.UNDELIVERED.value,
        error_code="30006",
        staff_id=dana.staff_id,
    )
    again = await scene.message(
        thread, "see you", NOON + MINUTE, direction=Direction.OUTBOUND, resend_of=failed
    )

    page = await a_page(scene, dana, thread)

    first, second = page.items
    assert first.problem.code == "30006"
    assert "landline" in first.problem.sentence
    assert (first.resent_as, second.resend_of) == (again, failed)
    assert first.staff.full_name == "Dana"
    assert second.problem is None


async def test_attachments_stand_in_their_order_with_what_is_missing(
    scene: Scene, dana: Asker, thread: Thread
) -> None:
    message_id = await scene.message(thread, "", NOON)
    common = {"message_id": message_id, "content_type": "image/jpeg", "created_at": NOON}
    rows = [
        {**common, "id": new_id(), "position": 1, "object_key": None, "problem": "too_large"},
        {**common, "id": new_id(), "position": 0, "object_key": "k", "problem": None},
    ]
    await scene.put(attachment, rows)

    reply = await scene.ask(GetMessage(asker=dana, message_id=message_id))

    found = [(a.object_key, a.problem) for a in reply.message.attachments]
    assert found == [("k", None), (None, "too_large")]
    assert reply.message.author is Author.CLIENT


async def test_a_cursor_that_is_not_ours_is_refused(
    scene: Scene, dana: Asker, thread: Thread
) -> None:
    for cursor in ("nonsense", "W10", "WyJ0aHJlYWQiLDEsIngiXQ"):
        with pytest.raises(Refused, match="invalid_cursor"):
            await a_page(scene, dana, thread, before=cursor)
