import asyncio
from collections.abc import Callable
from datetime import timedelta
from time import perf_counter
from typing import Any

import psycopg
import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.writings import Writing, a_key, a_report, a_text, reported
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.commands import DueOccurrence, SendOccurrencesV1
from clientcomm_contracts.conversations.events import (
    ClientChangedV1,
    ConversationChangedV1,
    ConversationsMergedV1,
    MarkerAddedV1,
    MessageReceivedV1,
    MessageWrittenV1,
)
from clientcomm_contracts.conversations.merging import MergeClients, MergeReply, PreviewMerge
from clientcomm_contracts.conversations.requests import (
    GetClient,
    GetConversation,
    GetThread,
    MarkRead,
)
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import ConversationState, MarkerKind, MessageState, Role
from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import Database

pytestmark = pytest.mark.integration

EVERYTHING = tuple(
    f"select * from {table} order by 1"
    for table in (
        "client", "client_number", "conversation", "conversation_summary", "message", "marker",
        "assignment", "outbox",
    )
)  # fmt: skip


@pytest.fixture
async def court(scene: Scene) -> Place:
    return await scene.department("Pretrial South")


async def _merge(
    writing: Writing, asker: Asker, into: Thread, gone: Thread, **more: Any
) -> MergeReply:
    request = MergeClients(asker=asker, client_id=_client(into), absorb_id=_client(gone), **more)
    reply: MergeReply = await writing.order(request)
    return reply


async def _refusal(
    writing: Writing, asker: Asker, into: Thread, gone: Thread, **more: Any
) -> Refused:
    with pytest.raises(Refused) as refusal:
        await _merge(writing, asker, into, gone, **more)
    return refusal.value


def _client(thread: Thread) -> Any:
    assert thread.client_id is not None
    return thread.client_id


async def _mark_read(writing: Writing, asker: Asker, thread: Thread) -> None:
    await writing.order(MarkRead(asker=asker, conversation_id=thread.id))


async def _bodies(scene: Scene, asker: Asker, thread_id: Any) -> list[str]:
    reply = await scene.ask(GetThread(asker=asker, conversation_id=thread_id, limit=500))
    return [item.body if item.kind == "message" else item.marker.value for item in reply.items]


async def test_scenario_34_merging_with_name_a_and_number_b(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept = await scene.thread(office, officer, first_name="Bo", last_name="Lane")
    gone = await scene.thread(office, officer, first_name="Robert", last_name="Lane")
    early, late = NOON - timedelta(hours=3), NOON - timedelta(hours=1)
    await scene.message(gone, "from the old record", early)
    await scene.change_summary(gone, last_text_at=early)
    await scene.message(kept, "from the one that stays", late)

    reply = await _merge(
        writing,
        officer,
        kept,
        gone,
        name_from=gone.client_id,
        primary_number_id=kept.number_id,
    )

    assert (reply.client_id, reply.conversation_id) == (kept.client_id, kept.id)
    assert reply.messages_moved == 1
    shown = await writing.summary(kept.id)
    assert (shown.first_name, shown.primary_number) == ("Robert", kept.number)
    assert await _bodies(scene, officer, kept.id) == [
        "from the old record",
        "merge_ended",
        "from the one that stays",
        "merged",
    ]
    ended = await writing.row("select at from marker where kind = 'merge_ended'")
    assert ended.at == early + timedelta(seconds=1)
    client = (await scene.ask(GetClient(asker=officer, client_id=gone.client_id))).client
    assert client.id == kept.client_id
    assert {(n.value, n.is_primary, n.until) for n in client.numbers} == {
        (kept.number, True, None),
        (gone.number, False, None),
    }


async def test_scenario_35_the_survivors_notes_win_and_blanks_are_filled(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept = await scene.thread(office, officer, last_contact_at=NOON - timedelta(days=9))
    gone = await scene.thread(
        office, officer, last_contact_at=NOON - timedelta(days=1), id_number="A-7"
    )
    await scene.change_conversation(kept, notes="the survivor's")
    await scene.change_conversation(gone, notes="the other's", consent_how="signed form")

    await _merge(writing, officer, kept, gone)

    row = await writing.row("select notes, consent_how from conversation where id = :i", i=kept.id)
    assert tuple(row) == ("the survivor's", "signed form")
    shown = await writing.summary(kept.id)
    assert (shown.last_contact_at, shown.id_number) == (NOON - timedelta(days=1), "A-7")


async def test_blank_notes_are_taken_from_the_absorbed_one(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    await scene.change_conversation(gone, notes="walks in on Mondays")

    await _merge(writing, officer, kept, gone)

    row = await writing.row("select notes from conversation where id = :id", id=kept.id)
    assert row.notes == "walks in on Mondays"


async def test_scenario_36_a_failure_in_the_middle_changes_nothing(
    database_for: Callable[[str], DatabaseUrls],
) -> None:
    urls = database_for("conversations")
    database = Database(urls.runtime, application_name="tests")
    writing = Writing(Scene(database))
    office = await writing.scene.department("Probation North")
    officer = await writing.scene.staff("Dana Reyes", (Role.CASE_MANAGER, office))
    kept, gone = [await writing.scene.thread(office, officer) for _ in range(2)]
    await writing.scene.message(gone, "still here", NOON)
    before = [await writing.rows(query) for query in EVERYTHING]
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        # The last thing that a merge writes; numbers and messages have moved by then.
        owner.execute("alter table marker add check (kind <> 'merged')")

    with pytest.raises(IntegrityError):
        await _merge(writing, officer, kept, gone)

    assert [await writing.rows(query) for query in EVERYTHING] == before
    assert await _bodies(writing.scene, officer, gone.id) == ["still here"]
    await database.close()


async def test_scenario_36_a_refused_merge_changes_nothing(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    await scene.message(gone, "still here", NOON)

    refusal = await _refusal(writing, officer, kept, gone, primary_number_id=new_id())

    assert (refusal.code, refusal.field) == ("number_of_neither", "primary_number_id")
    assert await _bodies(scene, officer, gone.id) == ["still here"]
    assert await writing.rows("select 1 from outbox") == []
    assert await writing.rows("select 1 from client where merged_into is not null") == []


async def test_what_was_unread_in_either_stays_unread(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    await writing.deliver(a_text(office, kept.number, "read", at=NOON - timedelta(hours=3)))
    await _mark_read(writing, officer, kept)
    await writing.deliver(a_text(office, gone.number, "unread", at=NOON - timedelta(hours=2)))

    await _merge(writing, officer, kept, gone)

    shown = await writing.summary(kept.id)
    assert (shown.is_unread, shown.unread_count, shown.last_text) == (True, 1, "unread")


async def test_two_read_threads_are_read_together(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    for hours, thread in ((3, kept), (2, gone)):
        await writing.deliver(a_text(office, thread.number, at=NOON - timedelta(hours=hours)))
        await _mark_read(writing, officer, thread)

    await _merge(writing, officer, kept, gone)

    shown = await writing.summary(kept.id)
    assert (shown.is_unread, shown.unread_count) == (False, 0)


async def test_later_texts_schedules_and_links_of_the_absorbed_reach_the_survivor(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    await scene.change_summary(gone, scheduled_count=2)
    waiting = await writing.send(officer, gone)
    await _merge(writing, officer, kept, gone)

    due = DueOccurrence(
        occurrence_id=new_id(),
        conversation_id=gone.id,
        staff_id=officer.staff_id,
        body="Court is on Monday.",
        due_at=NOON,
    )
    await writing.deliver(a_text(office, gone.number, "it is me"))
    await writing.deliver(SendOccurrencesV1(items=(due,)))
    await writing.deliver(reported(a_report(waiting.id, gone, MessageState.SENT, 1)))

    (received,) = await writing.told(MessageReceivedV1)
    assert received.aggregate_id == kept.id
    assert (await writing.told(MessageWrittenV1))[-1].aggregate_id == kept.id
    state = await writing.row("select state from message where id = :id", id=waiting.id)
    assert state.state == "sent"
    found = await scene.ask(GetConversation(asker=officer, conversation_id=gone.id))
    assert (found.conversation.row.id, found.conversation.redirected_from) == (kept.id, gone.id)
    assert found.conversation.row.scheduled_count == 2
    assert found.conversation.merged_from == (gone.id,)


async def test_the_facts_of_a_merge_are_few_and_gapless(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    await scene.message(gone, "one", NOON)
    await scene.message(gone, "two", NOON)

    await _merge(writing, officer, kept, gone)

    (last,) = await writing.told(ConversationChangedV1)
    assert (last.aggregate_id, last.merged_into, last.assigned_to) == (gone.id, kept.id, None)
    (merged,) = await writing.told(ConversationsMergedV1)
    assert (merged.aggregate_id, merged.absorbed_sequence) == (kept.id, last.sequence)
    markers = [marker.kind for marker in await writing.told(MarkerAddedV1)]
    assert markers == [MarkerKind.MERGE_ENDED, MarkerKind.MERGED]
    clients = {c.aggregate_id: c for c in await writing.told(ClientChangedV1)}
    assert clients[_client(gone)].merged_into == kept.client_id
    assert clients[_client(gone)].numbers == ()
    assert len(clients[_client(kept)].numbers) == 2
    sequences = await writing.sequences(kept.id)
    assert sequences == list(range(1, len(sequences) + 1))
    assert (
        await writing.rows(
            "select 1 from conversation_summary where conversation_id = :id", id=gone.id
        )
        == []
    )


async def test_the_same_number_on_both_is_current_once(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    twin = await scene.number(_client(gone), kept.number)

    await _merge(writing, officer, kept, gone, primary_number_id=twin)

    rows = await writing.rows("select value, until, is_primary from client_number")
    current = {(row.value, row.is_primary) for row in rows if row.until is None}
    assert current == {(kept.number, True), (gone.number, False)}
    assert len(rows) == 3


async def test_a_closed_survivor_is_in_use_again_when_the_absorbed_was(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept = await scene.thread(office, officer, state=ConversationState.CLOSED)
    gone = await scene.thread(office, officer)

    await _merge(writing, officer, kept, gone)

    shown = await writing.summary(kept.id)
    assert (shown.state, shown.assigned_to) == ("open", officer.staff_id)


async def test_another_departments_conversation_with_the_absorbed_moves_to_the_survivor(
    writing: Writing, scene: Scene, office: Place, court: Place, officer: Asker
) -> None:
    elsewhere = await scene.staff("Eli Ford", (Role.CASE_MANAGER, court))
    kept = await scene.thread(office, officer, first_name="Bo")
    gone = await scene.thread(office, officer, first_name="Robert")
    theirs = await scene.thread(court, elsewhere, first_name="Robert", client_id=_client(gone))

    await _merge(writing, officer, kept, gone)

    shown = await writing.summary(theirs.id)
    assert (shown.client_id, shown.first_name) == (kept.client_id, "Bo")
    assert await _bodies(scene, elsewhere, theirs.id) == ["merged"]
    await writing.deliver(a_text(court, gone.number))
    assert (await writing.told(MessageReceivedV1))[0].aggregate_id == theirs.id


async def test_a_department_that_has_both_is_named_and_nothing_is_merged(
    writing: Writing, scene: Scene, office: Place, court: Place, officer: Asker
) -> None:
    elsewhere = await scene.staff("Eli Ford", (Role.CASE_MANAGER, court))
    chief = await scene.staff("Ines Chief", (Role.SUPERVISOR, None))
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    other = await scene.thread(court, elsewhere, client_id=_client(kept))
    await scene.thread(court, elsewhere, client_id=_client(gone))

    refusal = await _refusal(writing, officer, kept, gone)

    assert refusal.code == "merge_needs_organisation"
    assert refusal.details == {"departments": ["Pretrial South"]}
    await _merge(writing, chief, kept, gone)
    rows = await writing.rows("select id from conversation where merged_into is null")
    assert {row.id for row in rows} == {kept.id, other.id}


async def test_a_colleagues_client_cannot_be_merged_and_does_not_exist_for_me(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    colleague = await scene.staff("Eli Ford", (Role.CASE_MANAGER, office))
    kept, gone = await scene.thread(office, officer), await scene.thread(office, colleague)

    assert (await _refusal(writing, officer, kept, gone)).code == "not_found"
    assert (await _refusal(writing, colleague, kept, gone)).code == "not_found"


async def test_an_auditor_may_look_but_not_merge(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    auditor = await scene.staff("Ana Audit", (Role.AUDITOR, office))
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)

    assert (await _refusal(writing, auditor, kept, gone)).kind == "not_allowed"


async def test_a_client_is_not_merged_with_themselves_nor_twice(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)

    assert (await _refusal(writing, officer, kept, kept)).code == "same_client"
    await _merge(writing, officer, kept, gone)
    assert (await _refusal(writing, officer, kept, gone)).code == "same_client"


async def test_the_same_request_again_gets_the_same_answer(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    key = a_key()

    first = await _merge(writing, officer, kept, gone, repeat_key=key)
    again = await _merge(writing, officer, kept, gone, repeat_key=key)

    assert first == again
    assert len(await writing.told(ConversationsMergedV1)) == 1


async def test_two_merges_the_other_way_round_at_once_leave_one_client(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    one, other = await scene.thread(office, officer), await scene.thread(office, officer)

    results = await asyncio.gather(
        _merge(writing, officer, one, other),
        _merge(writing, officer, other, one),
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
        _merge(writing, officer, kept, gone),
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
    await _merge(writing, officer, second, first)
    await _merge(writing, officer, third, second)

    await writing.deliver(a_text(office, first.number))

    assert (await writing.told(MessageReceivedV1))[0].aggregate_id == third.id
    found = await scene.ask(GetConversation(asker=officer, conversation_id=first.id))
    assert found.conversation.row.id == third.id
    assert set(found.conversation.merged_from) == {first.id, second.id}


async def test_the_preview_counts_what_moves_and_moves_nothing(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    await scene.message(gone, "one", NOON)
    await scene.marker(gone, MarkerKind.OPENED, NOON)
    await scene.change_summary(gone, scheduled_count=3, unread_count=1)

    preview = await scene.ask(
        PreviewMerge(asker=officer, client_id=_client(kept), absorb_id=_client(gone))
    )

    (thread,) = preview.threads
    assert (thread.messages, thread.markers, thread.scheduled) == (1, 1, 3)
    assert (thread.unread, thread.joins, thread.department_name) == (1, True, "Probation North")
    assert (preview.survivor.id, preview.absorbed.id) == (kept.client_id, gone.client_id)
    assert await _bodies(scene, officer, gone.id) == ["one", "opened"]


async def test_two_threads_of_ten_thousand_texts_merge_within_a_second(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
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

    began = perf_counter()
    reply = await _merge(writing, officer, kept, gone)
    took = perf_counter() - began

    assert reply.messages_moved == 10_000
    assert took < 1
