"""What becomes of the threads, numbers and facts of two clients who are merged (rule 2.5)."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from services.conversations.tests.merges import client_of, merge, merge_refused
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.writings import Writing, a_report, a_text, reported
from sqlalchemy.exc import IntegrityError

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.clients import GetClient
from clientcomm_contracts.conversations.commands import DueOccurrence, SendOccurrencesV1
from clientcomm_contracts.conversations.events import (
    ClientChangedV1,
    ConversationChangedV1,
    ConversationsMergedV1,
    MarkerAddedV1,
    MessageReceivedV1,
    MessageWrittenV1,
)
from clientcomm_contracts.conversations.merging import PreviewMerge
from clientcomm_contracts.conversations.reading import GetConversation, MarkRead
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import ConversationState, MarkerKind, MessageState, Role
from clientcomm_conversations.adapters.tables.clients import client
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


async def _mark_read(writing: Writing, asker: Asker, thread: Thread) -> None:
    await writing.order(MarkRead(asker=asker, conversation_id=thread.id))


async def test_scenario_34_merging_with_name_a_and_number_b(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept = await scene.thread(office, officer, first_name="Bo", last_name="Lane")
    gone = await scene.thread(office, officer, first_name="Robert", last_name="Lane")
    early, late = NOON - timedelta(hours=3), NOON - timedelta(hours=1)
    await scene.message(gone, "from the old record", early)
    await scene.change_summary(gone, last_text_at=early)
    await scene.message(kept, "from the one that stays", late)

    reply = await merge(
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
    assert await scene.shown(officer, kept.id) == [
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

    await merge(writing, officer, kept, gone)

    row = await writing.row("select notes, consent_how from conversation where id = :i", i=kept.id)
    assert tuple(row) == ("the survivor's", "signed form")
    shown = await writing.summary(kept.id)
    assert (shown.last_contact_at, shown.id_number) == (NOON - timedelta(days=1), "A-7")


async def test_blank_notes_are_taken_from_the_absorbed_one(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    await scene.change_conversation(gone, notes="walks in on Mondays")

    await merge(writing, officer, kept, gone)

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
        await merge(writing, officer, kept, gone)

    assert [await writing.rows(query) for query in EVERYTHING] == before
    assert await writing.scene.shown(officer, gone.id) == ["still here"]
    await database.close()


async def test_scenario_36_a_refused_merge_changes_nothing(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    await scene.message(gone, "still here", NOON)

    refusal = await merge_refused(writing, officer, kept, gone, primary_number_id=new_id())

    assert (refusal.code, refusal.field) == ("number_of_neither", "primary_number_id")
    assert await scene.shown(officer, gone.id) == ["still here"]
    assert await writing.rows("select 1 from outbox") == []
    assert await writing.rows("select 1 from client where merged_into is not null") == []


async def test_what_was_unread_in_either_stays_unread(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    await writing.deliver(a_text(office, kept.number, "read", at=NOON - timedelta(hours=3)))
    await _mark_read(writing, officer, kept)
    await writing.deliver(a_text(office, gone.number, "unread", at=NOON - timedelta(hours=2)))

    await merge(writing, officer, kept, gone)

    shown = await writing.summary(kept.id)
    assert (shown.is_unread, shown.unread_count, shown.last_text) == (True, 1, "unread")


async def test_two_read_threads_are_read_together(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    for hours, thread in ((3, kept), (2, gone)):
        await writing.deliver(a_text(office, thread.number, at=NOON - timedelta(hours=hours)))
        await _mark_read(writing, officer, thread)

    await merge(writing, officer, kept, gone)

    shown = await writing.summary(kept.id)
    assert (shown.is_unread, shown.unread_count) == (False, 0)


async def test_later_texts_schedules_and_links_of_the_absorbed_reach_the_survivor(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    await scene.change_summary(gone, scheduled_count=2)
    waiting = await writing.send(officer, gone)
    await merge(writing, officer, kept, gone)

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

    await merge(writing, officer, kept, gone)

    (last,) = await writing.told(ConversationChangedV1)
    assert (last.aggregate_id, last.merged_into, last.assigned_to) == (gone.id, kept.id, None)
    (merged,) = await writing.told(ConversationsMergedV1)
    assert (merged.aggregate_id, merged.absorbed_sequence) == (kept.id, last.sequence)
    markers = [marker.kind for marker in await writing.told(MarkerAddedV1)]
    assert markers == [MarkerKind.MERGE_ENDED, MarkerKind.MERGED]
    clients = {c.aggregate_id: c for c in await writing.told(ClientChangedV1)}
    assert clients[client_of(gone)].merged_into == kept.client_id
    assert clients[client_of(gone)].numbers == ()
    assert len(clients[client_of(kept)].numbers) == 2
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
    twin = await scene.number(client_of(gone), kept.number)

    await merge(writing, officer, kept, gone, primary_number_id=twin)

    rows = await writing.rows("select value, until, is_primary from client_number")
    current = {(row.value, row.is_primary) for row in rows if row.until is None}
    assert current == {(kept.number, True), (gone.number, False)}
    assert len(rows) == 3


async def test_a_closed_survivor_is_in_use_again_when_the_absorbed_was(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept = await scene.thread(office, officer, state=ConversationState.CLOSED)
    gone = await scene.thread(office, officer)

    await merge(writing, officer, kept, gone)

    shown = await writing.summary(kept.id)
    assert (shown.state, shown.assigned_to) == ("open", officer.staff_id)
    assert "opened" in await scene.shown(officer, kept.id)


async def test_a_zone_that_the_merge_brought_is_told_to_who_schedules(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    assert gone.client_id is not None
    await scene.change(client, gone.client_id, time_zone="Pacific/Honolulu")

    await merge(writing, officer, kept, gone)

    told = [
        one for one in await writing.told(ClientChangedV1) if one.aggregate_id == kept.client_id
    ]
    assert [one.time_zone for one in told] == ["Pacific/Honolulu"]


async def test_the_preview_counts_what_moves_and_moves_nothing(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    await scene.message(gone, "one", NOON)
    await scene.marker(gone, MarkerKind.OPENED, NOON)
    await scene.change_summary(gone, scheduled_count=3, unread_count=1)

    preview = await scene.ask(
        PreviewMerge(asker=officer, client_id=client_of(kept), absorb_id=client_of(gone))
    )

    (thread,) = preview.threads
    assert (thread.messages, thread.markers, thread.scheduled) == (1, 1, 3)
    assert (thread.unread, thread.joins, thread.department_name) == (1, True, "Probation North")
    assert (preview.survivor.id, preview.absorbed.id) == (kept.client_id, gone.client_id)
    assert await scene.shown(officer, gone.id) == ["one", "opened"]
