"""A text of a shared phone is filed with the other client (rule 2.6)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.writings import Writing, a_text

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.events import (
    MarkerAddedV1,
    MessageReceivedV1,
    MessageRefiledV1,
)
from clientcomm_contracts.conversations.inbox import RefileMessage, RefileReply
from clientcomm_contracts.conversations.reading import GetThread, MarkRead
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Role

pytestmark = pytest.mark.integration


PHONE = "+12125550188"


async def _refile(
    writing: Writing, asker: Asker, message_id: Any, client_id: Any = None, **more: Any
) -> RefileReply:
    reply: RefileReply = await writing.order(
        RefileMessage(asker=asker, message_id=message_id, client_id=client_id, **more)
    )
    return reply


async def _sharing(scene: Scene, office: Place, *holders: tuple[str, Asker]) -> list[Thread]:
    threads = [await scene.thread(office, asker, first_name=name) for name, asker in holders]
    for thread in threads:
        assert thread.client_id is not None
        await scene.number(thread.client_id, PHONE)
    return threads


async def test_a_text_of_a_shared_phone_is_filed_with_the_other_client_by_one_click(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    one, other = await _sharing(scene, office, ("Ada", officer), ("Bo", colleague))
    await writing.send(officer, one, to_number_id=None)
    await writing.rows("update message set number_to = :p returning 1", p=PHONE)
    await writing.deliver(a_text(office, PHONE, "for Bo", at=NOON + timedelta(minutes=1)))
    (received,) = await writing.told(MessageReceivedV1)
    page = await scene.ask(GetThread(asker=officer, conversation_id=one.id))
    offered = [i.refile_to for i in page.items if i.kind == "message" and i.body == "for Bo"]

    reply = await _refile(writing, officer, received.message_id)

    assert [[c.full_name for c in clients] for clients in offered] == [["Bo Quist"]]
    assert (reply.from_conversation_id, reply.conversation_id) == (one.id, other.id)
    assert await scene.shown(colleague, other.id) == ["refiled", "for Bo"]
    assert "for Bo" not in await scene.shown(officer, one.id)
    left, taken = await writing.summary(one.id), await writing.summary(other.id)
    assert (left.unread_count, left.last_text) == (0, "See you at nine.")
    assert (taken.unread_count, taken.last_text) == (1, "for Bo")
    (refiled,) = await writing.told(MessageRefiledV1)
    assert (refiled.aggregate_id, refiled.from_conversation_id) == (other.id, one.id)
    markers = {m.aggregate_id: m.details for m in await writing.told(MarkerAddedV1)}
    assert markers == {one.id: {"to": "Bo Quist"}, other.id: {"from": "Ada Quist"}}
    for thread in (one, other):
        sequences = await writing.sequences(thread.id)
        assert sorted(sequences) == list(range(1, len(sequences) + 1))


async def test_a_refiled_text_is_unread_also_where_later_ones_were_read(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    one, other = await _sharing(scene, office, ("Ada", officer), ("Bo", colleague))
    message_id = await scene.message(one, "for Bo", NOON, number_from=PHONE)
    await writing.deliver(a_text(office, other.number, "later", at=NOON + timedelta(hours=1)))
    scene.clock.at = NOON + timedelta(hours=2)
    await writing.order(MarkRead(asker=colleague, conversation_id=other.id))

    await _refile(writing, officer, message_id, other.client_id)

    assert (await writing.summary(other.id)).unread_count == 1
    assert (await scene.shown(colleague, other.id))[:2] == ["later", "for Bo"]


async def test_with_three_on_one_phone_a_person_says_whose_text_it_is(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    one, two, three = await _sharing(
        scene, office, ("Ada", officer), ("Bo", officer), ("Cy", officer)
    )
    message_id = await scene.message(one, "whose?", NOON, number_from=PHONE)

    with pytest.raises(Refused) as refusal:
        await _refile(writing, officer, message_id)
    reply = await _refile(writing, officer, message_id, three.client_id)

    assert refusal.value.code == "choose_client"
    names = refusal.value.details["clients"]
    assert names == [
        {"id": str(two.client_id), "name": "Bo Quist"},
        {"id": str(three.client_id), "name": "Cy Quist"},
    ]
    assert reply.conversation_id == three.id


async def test_refiling_into_a_closed_thread_opens_it_again(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    one, other = await _sharing(scene, office, ("Ada", officer), ("Bo", officer))
    await scene.change_conversation(other, state="closed")
    await scene.change_summary(other, state="closed")
    message_id = await scene.message(one, "for Bo", NOON, number_from=PHONE)

    await _refile(writing, officer, message_id)

    shown = await writing.summary(other.id)
    assert (shown.state, shown.assigned_to) == ("open", officer.staff_id)
    assert await scene.shown(officer, other.id) == ["for Bo", "opened", "refiled"]
    assert await writing.sequences(other.id) == [1, 2, 3, 4]


async def test_a_text_that_is_not_mine_or_not_shared_stays_where_it_is(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    one, _ = await _sharing(scene, office, ("Ada", officer), ("Bo", officer))
    alone = await scene.thread(office, officer)
    shared = await scene.message(one, "shared", NOON, number_from=PHONE)
    single = await scene.message(alone, "alone", NOON)
    attempts = [
        (colleague, shared, None, "not_found"),
        (officer, new_id(), None, "not_found"),
        (officer, shared, new_id(), "not_found"),
        (officer, single, None, "nobody_shares_the_phone"),
    ]

    for asker, message_id, client_id, code in attempts:
        with pytest.raises(Refused) as refusal:
            await _refile(writing, asker, message_id, client_id)
        assert refusal.value.code == code
    assert await writing.told(MessageRefiledV1) == []


async def test_two_clicks_at_once_move_a_text_once(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    chief = await scene.staff("Ines Chief", (Role.SUPERVISOR, office))
    one, other = await _sharing(scene, office, ("Ada", officer), ("Bo", colleague))
    message_id = await scene.message(one, "for Bo", NOON, number_from=PHONE)

    answers = await asyncio.gather(
        *(_refile(writing, chief, message_id, other.client_id) for _ in range(2))
    )

    assert {answer.conversation_id for answer in answers} == {other.id}
    assert len(await writing.told(MessageRefiledV1)) == 1
