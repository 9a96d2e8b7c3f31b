"""What these tests take for granted of the owners, over memory and over a real broker alike."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from services.gateway.tests.owners.memory import MemoryOwners
from services.gateway.tests.serving import over_the_bus
from services.gateway.tests.world import NOW, World

from clientcomm_contracts.conversations.directory import GetMe
from clientcomm_contracts.conversations.messages import SendMessage
from clientcomm_contracts.conversations.reading import GetConversation, ListConversations
from clientcomm_contracts.conversations.rights import GetGrant, ListViewers
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker, RepeatKey
from clientcomm_contracts.scheduler import ListScheduledMessages, ScheduleMessage
from clientcomm_contracts.values import Action, Role
from clientcomm_gateway.application.ports import Owners
from clientcomm_testkit.brokers import VirtualHost

pytestmark = pytest.mark.integration


@pytest.fixture(params=["memory", "bus"])
async def owners(
    request: pytest.FixtureRequest, world: World, declared_amqp_vhost: VirtualHost
) -> AsyncIterator[Owners]:
    memory = MemoryOwners(world)
    if request.param == "memory":
        yield memory
    else:
        async with over_the_bus(memory, declared_amqp_vhost) as client:
            yield client


async def test_a_question_gets_its_own_kind_of_answer(owners: Owners, world: World) -> None:
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    talk = world.add_client("Dan", "Reed", "+12025550123", maria)
    world.hear(talk, "Señor 漢字 \U0001f600")
    asker = Asker(staff_id=maria.id)

    me = await owners.call(GetMe(asker=asker))
    listed = await owners.call(ListConversations(asker=asker))

    assert me.staff == maria
    assert me.unread_conversations == 1
    assert [row.last_text for row in listed.items] == ["Señor 漢字 \U0001f600"]
    assert listed.items[0] == talk.row


async def test_what_is_not_ones_own_is_refused_as_not_found(owners: Owners, world: World) -> None:
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    ben = world.add_staff("Ben Okafor", Role.CASE_MANAGER)
    talk = world.add_client("Dan", "Reed", "+12025550123", maria)

    for staff_id, talk_id in ((ben.id, talk.row.id), (maria.id, uuid4())):
        question = GetConversation(asker=Asker(staff_id=staff_id), conversation_id=talk_id)
        with pytest.raises(Refused) as refused:
            await owners.call(question)
        assert refused.value.kind == "not_found"


async def test_a_refusal_keeps_its_code_sentence_and_field(owners: Owners, world: World) -> None:
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    talk = world.add_client("Dan", "Reed", "+12025550123", maria)

    with pytest.raises(Refused) as refused:
        await owners.call(_send(maria.id, talk.row.id, "", "k"))

    assert refused.value.code == "message_empty"
    assert refused.value.field == "body"
    assert refused.value.sentence


async def test_the_same_key_sends_once_and_with_another_body_not_at_all(
    owners: Owners, world: World
) -> None:
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    talk = world.add_client("Dan", "Reed", "+12025550123", maria)

    first = await owners.call(_send(maria.id, talk.row.id, "Hello", "key"))
    second = await owners.call(_send(maria.id, talk.row.id, "Hello", "key"))
    with pytest.raises(Refused) as refused:
        await owners.call(_send(maria.id, talk.row.id, "Another", "key"))

    assert first == second
    assert len(talk.items) == 1
    assert refused.value.kind == "reused_key"


async def test_scheduling_takes_a_grant(owners: Owners, world: World) -> None:
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    talk = world.add_client("Dan", "Reed", "+12025550123", maria)
    granted = await owners.call(
        GetGrant(
            asker=Asker(staff_id=maria.id),
            conversation_id=talk.row.id,
            actions=frozenset({Action.READ, Action.SCHEDULE}),
        )
    )
    later = ScheduleMessage(
        grant=granted.grant,
        repeat_key=RepeatKey(key="k", body_hash="0" * 64),
        conversation_id=talk.row.id,
        body="Court",
        local_time=(NOW + timedelta(days=2)).replace(tzinfo=None),
    )

    made = await owners.call(later)
    listed = await owners.call(ListScheduledMessages(grant=granted.grant))
    other_key = RepeatKey(key="other", body_hash="0" * 64)
    elsewhere = {"conversation_id": uuid4(), "repeat_key": other_key}
    with pytest.raises(Refused):
        await owners.call(later.model_copy(update=elsewhere))

    assert listed.items == (made.scheduled_message,)


async def test_only_those_who_may_see_it_are_viewers(owners: Owners, world: World) -> None:
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    ben = world.add_staff("Ben Okafor", Role.CASE_MANAGER)
    talk = world.add_client("Dan", "Reed", "+12025550123", maria)
    world.hear(talk, "Hello")

    reply = await owners.call(
        ListViewers(conversation_id=talk.row.id, staff_ids=(maria.id, ben.id))
    )

    assert reply.unread_conversations == {maria.id: 1}


def _send(staff_id: Any, talk_id: Any, body: str, key: str) -> SendMessage:
    mark = f"{len(body):064d}"
    return SendMessage(
        asker=Asker(staff_id=staff_id),
        repeat_key=RepeatKey(key=key, body_hash=mark),
        conversation_id=talk_id,
        body=body,
    )
