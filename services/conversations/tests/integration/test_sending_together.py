"""Texts of several people in one transaction: each is sent or refused for itself."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.waiting import until_somebody_waits
from services.conversations.tests.writings import Writing, a_key
from sqlalchemy import text

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.events import MessageWrittenV1
from clientcomm_contracts.conversations.messages import MessageReply, SendMessage
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import SendTextsV1
from clientcomm_contracts.values import ConversationState, Role
from clientcomm_conversations.adapters.tables.messages import attachment
from clientcomm_conversations.application.send_message import send_messages

pytestmark = pytest.mark.integration


@pytest.fixture
async def officers(scene: Scene, office: Place) -> list[Asker]:
    return [
        await scene.staff(name, (Role.CASE_MANAGER, office)) for name in ("Dana Reyes", "Sam Lee")
    ]


def _request(asker: Asker, thread: Thread, body: str, **more: Any) -> SendMessage:
    key = more.pop("repeat_key", None) or a_key()
    return SendMessage(asker=asker, repeat_key=key, conversation_id=thread.id, body=body, **more)


async def _together(writing: Writing, *requests: SendMessage) -> list[MessageReply | Refused]:
    """One transaction for all of them."""
    database = writing.scene.database
    return list(await database.run(lambda tx: send_messages(writing.writers.of(tx), requests)))


async def test_each_writes_in_their_own_name(
    writing: Writing, scene: Scene, office: Place, officers: list[Asker]
) -> None:
    threads = [await scene.thread(office, asker) for asker in officers]

    await _together(
        writing,
        _request(officers[1], threads[1], "Sam's first"),
        _request(officers[0], threads[0], "Dana's"),
        _request(officers[1], threads[1], "Sam's second"),
    )

    written = await writing.told(MessageWrittenV1)
    assert [(one.staff_name, one.body, one.sequence) for one in written] == [
        ("Sam Lee", "Sam's first", 1),
        ("Dana Reyes", "Dana's", 1),
        ("Sam Lee", "Sam's second", 2),
    ]
    items = [item for command in await writing.told(SendTextsV1) for item in command.items]
    assert [(item.body, item.position) for item in items] == [
        ("Sam's first", 1),
        ("Dana's", 1),
        ("Sam's second", 2),
    ]
    assert [item.number_to for item in items] == [
        threads[1].number,
        threads[0].number,
        threads[1].number,
    ]


async def test_what_is_refused_hinders_no_other_and_leaves_its_key_free(
    writing: Writing, scene: Scene, office: Place, officers: list[Asker]
) -> None:
    dana, sam = officers
    mine = await scene.thread(office, dana)
    closed = await scene.thread(office, dana)
    await scene.change_conversation(closed, state=ConversationState.CLOSED)
    key = a_key("mine", "first try")

    outcomes = await _together(
        writing,
        _request(sam, mine, "not mine"),
        _request(dana, mine, "sent"),
        _request(dana, closed, "closed"),
        _request(dana, mine, " ", repeat_key=key),
    )

    assert [type(one) for one in outcomes] == [Refused, MessageReply, Refused, Refused]
    assert [row.body for row in await writing.rows("select body from message")] == ["sent"]
    assert len(await writing.told(SendTextsV1)) == 1
    kept = await writing.rows("select key from idempotency where answer is null")
    assert kept == []
    again = await writing.send(dana, mine, "with words", repeat_key=a_key("mine", "second try"))
    assert again.body == "with words"


async def test_keys_that_were_answered_before_are_answered_alike(
    writing: Writing, scene: Scene, office: Place, officers: list[Asker]
) -> None:
    dana = officers[0]
    thread = await scene.thread(office, dana)
    before = await writing.send(dana, thread, "before", repeat_key=a_key("k", "before"))

    again, fresh, other = await _together(
        writing,
        _request(dana, thread, "before", repeat_key=a_key("k", "before")),
        _request(dana, thread, "fresh"),
        _request(dana, await scene.thread(office, dana), "else", repeat_key=a_key("l", "else")),
    )

    assert isinstance(again, MessageReply)
    assert again.message == before
    assert isinstance(fresh, MessageReply)
    assert isinstance(other, MessageReply)
    bodies = await writing.rows("select body from message order by body")
    assert [row.body for row in bodies] == ["before", "else", "fresh"]


async def test_twenty_at_once_through_the_door_with_two_equal_ones(
    writing: Writing, scene: Scene, office: Place, officers: list[Asker]
) -> None:
    threads = [await scene.thread(office, officers[number % 2]) for number in range(10)]
    requests = [
        _request(officers[number % 2], threads[number % 10], f"{number:02}") for number in range(20)
    ]

    answers = await asyncio.gather(
        *(writing.order(request) for request in [*requests, requests[0]])
    )

    assert answers[-1] == answers[0]
    rows = await writing.rows("select conversation_id, body, position from message")
    assert len(rows) == 20
    for thread in threads:
        own = sorted(
            (row for row in rows if row.conversation_id == thread.id), key=lambda r: r.body
        )
        assert [row.position for row in own] == [1, 2]
        assert await writing.sequences(thread.id) == [1, 2]


async def test_a_picture_goes_with_one_text_only(
    writing: Writing, scene: Scene, office: Place, officers: list[Asker]
) -> None:
    dana = officers[0]
    threads = [await scene.thread(office, dana) for _ in range(2)]
    picture = new_id()
    row = {
        "id": picture,
        "message_id": None,
        "department_id": office.id,
        "uploaded_by": dana.staff_id,
        "position": 1,
        "content_type": "image/png",
        "size_bytes": 10,
        "file_name": "map.png",
        "object_key": "pictures/1",
        "created_at": NOON,
    }
    await scene.put(attachment, [row])

    outcomes = await _together(
        writing,
        *(_request(dana, thread, "See map", attachment_ids=(picture,)) for thread in threads),
    )

    assert [type(one) for one in outcomes] == [MessageReply, Refused]
    (kept,) = await writing.rows("select message_id from attachment")
    assert isinstance(outcomes[0], MessageReply)
    assert kept.message_id == outcomes[0].message.id


@pytest.mark.parametrize("others", [0, 1])
async def test_a_number_that_is_wrong_by_the_time_of_the_lock_is_not_texted(
    writing: Writing, scene: Scene, office: Place, officers: list[Asker], others: int
) -> None:
    dana = officers[0]
    threads = sorted([await scene.thread(office, dana) for _ in range(1 + others)], key=_by_id)
    first, last = threads[0], threads[-1]
    number = await writing.row(
        "select id from client_number where client_id = :id", id=last.client_id
    )
    async with scene.database.transaction() as other:
        await other.execute(_HOLD, {"id": first.id})
        sends = [
            asyncio.ensure_future(writing.order(_request(dana, one, "secret"))) for one in threads
        ]
        await until_somebody_waits(scene)
        await other.execute(_WRONG, {"id": number.id})

    outcomes = await asyncio.gather(*sends, return_exceptions=True)
    assert isinstance(outcomes[-1], Refused)
    texted = [item.number_to for told in await writing.told(SendTextsV1) for item in told.items]
    assert texted == [one.number for one in threads[:-1]]


async def test_who_was_deactivated_while_their_text_waited_sends_nothing(
    writing: Writing, scene: Scene, office: Place, officers: list[Asker]
) -> None:
    dana = officers[0]
    thread = await scene.thread(office, dana)
    async with scene.database.transaction() as other:
        await other.execute(_HOLD, {"id": thread.id})
        send = asyncio.ensure_future(writing.order(_request(dana, thread, "too late")))
        await until_somebody_waits(scene)
        await other.execute(_DEACTIVATE, {"id": dana.staff_id})

    with pytest.raises(Refused):
        await send
    assert await writing.told(SendTextsV1) == []


_HOLD = text("select id from conversation where id = :id for update")
_WRONG = text("update client_number set until = now(), is_wrong = true where id = :id")
_DEACTIVATE = text("update staff set is_active = false, deactivated_at = now() where id = :id")


def _by_id(thread: Thread) -> UUID:
    return thread.id
