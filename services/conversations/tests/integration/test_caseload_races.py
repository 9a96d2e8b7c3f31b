import asyncio
import random
import time
from collections.abc import Awaitable
from itertools import pairwise
from uuid import UUID

import pytest
from services.conversations.tests.counting import SLOW_MACHINE, counted
from services.conversations.tests.scenes import Place, Scene, Thread
from services.conversations.tests.writings import Writing, a_text

from clientcomm_contracts.conversations.caseload import (
    CloseConversation,
    CloseConversations,
    ReopenConversation,
    TransferConversation,
    TransferConversations,
)
from clientcomm_contracts.conversations.merging import MergeClients
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import ConversationState, Role
from clientcomm_conversations.adapters.tables.staff import staff

pytestmark = pytest.mark.integration

CASELOAD = 300


async def or_refused(work: Awaitable[object]) -> str:
    """What it came to: a refusal is an answer, anything else that is raised is not."""
    try:
        await work
    except Refused as refused:
        return refused.code
    return "done"


async def test_transfers_closings_and_texts_at_once_leave_a_consistent_state(
    writing: Writing, scene: Scene, office: Place
) -> None:
    chance = random.Random(11)
    officers = [
        await scene.staff(name, (Role.CASE_MANAGER, office)) for name in ("Dana", "Eli", "Fay")
    ]
    boss = await scene.staff("Sam", (Role.SUPERVISOR, office))
    threads = [await scene.thread(office, chance.choice(officers)) for _ in range(10)]

    work: list[Awaitable[object]] = []
    for _ in range(10):
        mixed = chance.sample(threads, len(threads))
        ids, to = tuple(one.id for one in mixed), chance.choice(officers).staff_id
        work += [
            writing.order(TransferConversations(asker=boss, conversation_ids=ids, staff_id=to)),
            writing.order(TransferConversation(asker=boss, conversation_id=ids[0], staff_id=to)),
            writing.order(CloseConversations(asker=boss, conversation_ids=ids[1:4])),
            writing.order(CloseConversation(asker=boss, conversation_id=ids[5])),
            writing.order(ReopenConversation(asker=boss, conversation_id=ids[6])),
            writing.deliver(*(a_text(office, one.number) for one in mixed)),
        ]
    chance.shuffle(work)
    outcomes = await asyncio.gather(*map(or_refused, work))

    assert set(outcomes) <= {
        "done", "already_theirs", "nothing_to_do", "conversation_closed", "not_closed",
    }  # fmt: skip
    for thread in threads:
        await _is_consistent(writing, thread)


async def test_transfers_merges_closings_and_texts_at_once_lose_nothing(
    writing: Writing, scene: Scene, office: Place
) -> None:
    chance = random.Random(23)
    officers = [await scene.staff(name, (Role.CASE_MANAGER, office)) for name in ("Dana", "Eli")]
    boss = await scene.staff("Sam", (Role.SUPERVISOR, office))
    threads = [await scene.thread(office, chance.choice(officers)) for _ in range(10)]

    work: list[Awaitable[object]] = []
    for number in range(10):
        mixed = chance.sample(threads, len(threads))
        ids, to = tuple(one.id for one in mixed), chance.choice(officers).staff_id
        merge = MergeClients.model_validate(
            {"asker": boss, "client_id": mixed[0].client_id, "absorb_id": mixed[1].client_id}
        )
        work += [
            writing.order(TransferConversations(asker=boss, conversation_ids=ids, staff_id=to)),
            writing.order(CloseConversations(asker=boss, conversation_ids=ids[1:3])),
            writing.order(ReopenConversation(asker=boss, conversation_id=ids[4])),
            writing.deliver(*(a_text(office, one.number) for one in mixed)),
            writing.order(merge if number % 3 == 0 else _closing(boss, ids[5])),
        ]
    chance.shuffle(work)
    outcomes = await asyncio.gather(*map(or_refused, work))

    assert set(outcomes) <= {
        "done", "same_client", "nothing_to_do", "conversation_closed", "not_closed",
    }  # fmt: skip
    texts = await writing.rows("select inbound_id, conversation_id from message")
    assert len(texts) == len({one.inbound_id for one in texts}) == 100
    merged = await writing.rows("select id from conversation where merged_into is not null")
    assert merged
    assert not {one.conversation_id for one in texts} & {one.id for one in merged}
    for thread in threads:
        sequences = await writing.sequences(thread.id)
        assert sequences == list(range(1, len(sequences) + 1))
    current = await writing.rows(
        "select c.id from conversation c left join assignment a"
        " on a.conversation_id = c.id and a.until is null"
        " where c.merged_into is null and a.staff_id is distinct from c.assigned_to"
        " and exists (select 1 from assignment h where h.conversation_id = c.id)"
    )
    assert not current


def _closing(asker: Asker, conversation_id: UUID) -> CloseConversation:
    return CloseConversation(asker=asker, conversation_id=conversation_id)


async def _is_consistent(writing: Writing, thread: Thread) -> None:
    sequences = await writing.sequences(thread.id)
    assert sequences == sorted(sequences)
    assert sequences == list(range(1, len(sequences) + 1))
    row = await writing.row("select * from conversation where id = :id", id=thread.id)
    shown = await writing.summary(thread.id)
    assert (row.sequence, row.state, row.assigned_to) == (
        len(sequences),
        shown.state,
        shown.assigned_to,
    )
    history = await writing.rows(
        "select staff_id, since, until from assignment where conversation_id = :id"
        " order by since, id",
        id=thread.id,
    )
    assert all(one.until == following.since for one, following in pairwise(history))
    assert not history or (history[-1].until, history[-1].staff_id) == (None, row.assigned_to)
    texts = await writing.rows(
        "select at > coalesce(cast(:read as timestamptz), '-infinity') as is_unread from message"
        " where conversation_id = :id and direction = 'inbound'",
        id=thread.id,
        read=row.read_up_to,
    )
    assert len(texts) == 10
    assert shown.unread_count == sum(text.is_unread for text in texts)
    assert (row.closed_at is not None) == (row.state == ConversationState.CLOSED)


@pytest.mark.parametrize("closes", [False, True], ids=["transfer", "closing"])
async def test_a_caseload_of_300_goes_in_one_transaction_and_a_second(
    writing: Writing, scene: Scene, office: Place, closes: bool
) -> None:
    dana = await scene.staff("Dana", (Role.CASE_MANAGER, office))
    eli = await scene.staff("Eli", (Role.CASE_MANAGER, office))
    threads = [await scene.thread(office, dana) for _ in range(CASELOAD)]
    few = [await scene.thread(office, dana) for _ in range(2)]

    def order(some: list[Thread]) -> TransferConversations | CloseConversations:
        ids = tuple(one.id for one in some)
        if closes:
            return CloseConversations(asker=dana, conversation_ids=ids)
        return TransferConversations(asker=dana, conversation_ids=ids, staff_id=eli.staff_id)

    with counted() as for_few:
        await writing.order(order(few))
    began = time.monotonic()
    with counted() as for_many:
        reply = await writing.order(order(threads))
    took = time.monotonic() - began

    assert len(reply.done) == CASELOAD
    assert len(for_many) == len(for_few)
    assert took < SLOW_MACHINE


async def test_a_receiver_who_goes_in_the_same_moment_gets_nobody(
    writing: Writing, scene: Scene, office: Place
) -> None:
    dana = await scene.staff("Dana", (Role.CASE_MANAGER, office))
    gone: Asker = await scene.staff("Gus", (Role.CASE_MANAGER, office))
    thread = await scene.thread(office, dana)
    order = TransferConversation(asker=dana, conversation_id=thread.id, staff_id=gone.staff_id)
    async with scene.database.transaction() as tx:
        await tx.execute(staff.update().where(staff.c.id == gone.staff_id).values(is_active=False))
        waiting = asyncio.create_task(or_refused(writing.order(order)))
        await asyncio.sleep(0.2)
        assert not waiting.done()

    assert await waiting == "not_a_case_manager"
