"""A merge, and what happens in the same moment or again (rule 2.5)."""

import asyncio
from time import perf_counter

import pytest
from services.conversations.tests.counting import SLOW_MACHINE, counted
from services.conversations.tests.merges import merge
from services.conversations.tests.scenes import Place, Scene
from services.conversations.tests.writings import Writing, a_key, a_text
from sqlalchemy import text

from clientcomm_contracts.conversations.events import ConversationsMergedV1, MessageReceivedV1
from clientcomm_contracts.conversations.reading import GetConversation
from clientcomm_contracts.people import Asker

pytestmark = pytest.mark.integration


async def test_the_same_request_again_gets_the_same_answer(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    key = a_key()

    first = await merge(writing, officer, kept, gone, repeat_key=key)
    again = await merge(writing, officer, kept, gone, repeat_key=key)

    assert first == again
    assert len(await writing.told(ConversationsMergedV1)) == 1


async def test_two_merges_the_other_way_round_at_once_leave_one_client(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    one, other = await scene.thread(office, officer), await scene.thread(office, officer)

    results = await asyncio.gather(
        merge(writing, officer, one, other),
        merge(writing, officer, other, one),
        return_exceptions=True,
    )

    assert sorted(type(result).__name__ for result in results) == ["MergeReply", "Refused"]
    assert len(await writing.rows("select 1 from client where merged_into is null")) == 1
    assert len(await writing.rows("select 1 from conversation_summary")) == 1


async def test_texts_that_arrive_during_a_merge_stand_in_the_survivor(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)

    await asyncio.gather(
        merge(writing, officer, kept, gone),
        *(writing.deliver(a_text(office, gone.number, f"text {n}")) for n in range(8)),
    )

    rows = await writing.rows("select distinct conversation_id from message")
    assert [row.conversation_id for row in rows] == [kept.id]
    sequences = await writing.sequences(kept.id)
    assert sorted(sequences) == list(range(1, len(sequences) + 1))
    assert (await writing.summary(kept.id)).unread_count == 8


async def test_a_chain_of_merges_leads_to_the_last_survivor(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    first, second, third = [await scene.thread(office, officer) for _ in range(3)]
    await merge(writing, officer, second, first)
    await merge(writing, officer, third, second)

    await writing.deliver(a_text(office, first.number))

    assert (await writing.told(MessageReceivedV1))[0].aggregate_id == third.id
    found = await scene.ask(GetConversation(asker=officer, conversation_id=first.id))
    assert found.conversation.row.id == third.id
    assert set(found.conversation.merged_from) == {first.id, second.id}


async def test_two_threads_of_ten_thousand_texts_merge_like_short_ones_within_a_second(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    short = await scene.thread(office, officer), await scene.thread(office, officer)
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    for thread in (kept, gone):
        async with scene.database.transaction() as tx:
            await tx.execute(
                text("""
                    insert into message (id, conversation_id, department_id, direction, author,
                                         body, state, segments, number_from, number_to, at,
                                         written_at, inbound_id)
                    select gen_random_uuid(), :thread, :department, 'inbound', 'client',
                           'text ' || n, 'received', 1, '+12125550100', '+12125550101',
                           now() - n * interval '1 minute', now(), gen_random_uuid()
                      from generate_series(1, 10000) n
                """),
                {"thread": thread.id, "department": office.id},
            )

    with counted() as for_short:
        await merge(writing, officer, *short)
    began = perf_counter()
    with counted() as for_long:
        reply = await merge(writing, officer, kept, gone)
    took = perf_counter() - began

    assert reply.messages_moved == 10_000
    assert len(for_long) == len(for_short)
    assert took < SLOW_MACHINE
