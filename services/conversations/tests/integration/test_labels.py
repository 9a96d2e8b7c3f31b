from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.writings import Writing
from sqlalchemy import Table

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.events import ConversationChangedV1
from clientcomm_contracts.conversations.labels import LabelKind, ListDue, ListLabels, SetLabels
from clientcomm_contracts.conversations.reading import ListConversations
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import ConversationState, Role
from clientcomm_conversations.adapters.tables.departments import category, outcome, status

pytestmark = pytest.mark.integration


async def a_label(scene: Scene, table: Table, office: Place, name: str, **more: object) -> UUID:
    label_id = new_id()
    row = {"id": label_id, "department_id": office.id, "name": name, **more}
    await scene.put(table, [row])
    return label_id


def setting(asker: Asker, thread: Thread, **labels: Any) -> SetLabels:
    changes = frozenset(LabelKind(name.removesuffix("_id")) for name in labels)
    return SetLabels(asker=asker, conversation_id=thread.id, changes=changes, **labels)


async def test_labels_show_in_the_list_and_filter_it(
    writing: Writing, scene: Scene, office: Place, thread: Thread, officer: Asker
) -> None:
    await scene.thread(office, officer)
    court = await a_label(scene, status, office, "Court soon", colour="#ff0000")
    star = await a_label(scene, category, office, "High risk", colour="gold")

    reply = await writing.order(setting(officer, thread, status_id=court, category_id=star))
    by_status = await scene.ask(ListConversations(asker=officer, status=court))
    by_category = await scene.ask(ListConversations(asker=officer, category=star))

    row = reply.conversation.row
    assert (row.status.label, row.status.colour) == ("Court soon", "#ff0000")
    assert row.category.label == "High risk"
    assert [one.id for one in by_status.items] == [thread.id]
    assert by_status.items[0] == by_category.items[0] == row
    [told] = await writing.told(ConversationChangedV1)
    assert told.sequence == row.sequence


async def test_one_label_is_cleared_and_the_other_stays(
    writing: Writing, scene: Scene, office: Place, thread: Thread, officer: Asker
) -> None:
    court = await a_label(scene, status, office, "Court soon")
    star = await a_label(scene, category, office, "High risk")
    await writing.order(setting(officer, thread, status_id=court, category_id=star))

    row = (await writing.order(setting(officer, thread, status_id=None))).conversation.row

    assert row.status is None
    assert row.category.id == star


async def test_only_what_the_conversations_own_department_offers_can_be_set(
    writing: Writing, scene: Scene, office: Place, thread: Thread, officer: Asker
) -> None:
    elsewhere = await scene.department("Pretrial")
    theirs = await a_label(scene, status, elsewhere, "Theirs")
    old = await a_label(scene, status, office, "Old", is_offered=False)

    for label in (theirs, old, new_id()):
        with pytest.raises(Refused) as refused:
            await writing.order(setting(officer, thread, status_id=label))
        assert (refused.value.code, refused.value.field) == ("unknown_status", "status_id")


async def test_who_may_set_labels(
    writing: Writing, scene: Scene, office: Place, thread: Thread
) -> None:
    court = await a_label(scene, status, office, "Court soon")
    supervisor = await scene.staff("Sam", (Role.SUPERVISOR, office))
    colleague = await scene.staff("Eli", (Role.CASE_MANAGER, office))
    auditor = await scene.staff("Al", (Role.AUDITOR, office))

    for asker, kind in ((colleague, "not_found"), (auditor, "not_allowed")):
        with pytest.raises(Refused) as refused:
            await writing.order(setting(asker, thread, status_id=court))
        assert refused.value.kind == kind
    await writing.order(setting(supervisor, thread, status_id=court))


async def test_labels_of_other_departments_are_not_told(
    scene: Scene, office: Place, officer: Asker
) -> None:
    elsewhere = await scene.department("Pretrial")
    for table in (status, category, outcome):
        await a_label(scene, table, elsewhere, "CANARY")
        await a_label(scene, table, office, "Ours", place=2)
        await a_label(scene, table, office, "First", place=1)
        await a_label(scene, table, office, "Old", is_offered=False)

    reply = await scene.ask(ListLabels(asker=officer, with_follow_ups=True))

    for labels in (reply.statuses, reply.categories, reply.outcomes):
        assert [one.label for one in labels] == ["First", "Ours"]
    with pytest.raises(Refused, match="not_found"):
        await scene.ask(ListLabels(asker=officer, department_id=elsewhere.id))


@pytest.mark.parametrize(
    ("follow_up_days", "days_ago", "is_due"),
    [(30, 26, True), (30, 5, False), (60, 56, True), (90, 86, True), (90, 20, False)],
)
async def test_scenario_41_a_status_with_follow_up_days_lists_who_is_due(
    scene: Scene, office: Place, officer: Asker, follow_up_days: int, days_ago: int, is_due: bool
) -> None:
    label = await a_label(scene, status, office, "Active", follow_up_days=follow_up_days)
    contact = NOON - timedelta(days=days_ago)
    client = await scene.thread(office, officer, status_id=label, last_contact_at=contact)

    reply = await scene.ask(ListLabels(asker=officer, with_follow_ups=True))
    chosen = await scene.ask(ListDue(asker=officer, status_id=label))

    assert [(one.status.label, one.due) for one in reply.follow_ups] == (
        [("Active", 1)] if is_due else []
    )
    assert chosen.conversation_ids == ((client.id,) if is_due else ())


@pytest.mark.parametrize(("days_ago", "is_due"), [(26, True), (25, False), (0, False)])
async def test_who_was_never_contacted_is_due_from_the_day_of_adding(
    scene: Scene, office: Place, officer: Asker, days_ago: int, is_due: bool
) -> None:
    label = await a_label(scene, status, office, "Active", follow_up_days=30)
    client = await scene.thread(office, officer, status_id=label)
    await scene.change_conversation(client, opened_at=NOON - timedelta(days=days_ago))

    reply = await scene.ask(ListLabels(asker=officer, with_follow_ups=True))
    chosen = await scene.ask(ListDue(asker=officer, status_id=label))
    listed = await scene.ask(ListConversations(asker=officer, due=True))

    assert sum(one.due for one in reply.follow_ups) == is_due
    assert chosen.conversation_ids == ((client.id,) if is_due else ())
    assert [row.id for row in listed.items] == list(chosen.conversation_ids)


async def test_the_banner_counts_ones_own_open_clients_with_follow_up_days_only(
    scene: Scene, office: Place, officer: Asker
) -> None:
    colleague = await scene.staff("Eli", (Role.CASE_MANAGER, office))
    active = await a_label(scene, status, office, "Active", follow_up_days=30)
    quiet = await a_label(scene, status, office, "Quiet")
    long_ago: dict[str, Any] = {"last_contact_at": NOON - timedelta(days=100)}
    mine = [await scene.thread(office, officer, status_id=active, **long_ago) for _ in range(3)]
    await scene.thread(office, officer, status_id=quiet, **long_ago)
    await scene.thread(office, colleague, status_id=active, **long_ago)
    await scene.thread(
        office, officer, state=ConversationState.CLOSED, status_id=active, **long_ago
    )

    reply = await scene.ask(ListLabels(asker=officer, with_follow_ups=True))
    chosen = await scene.ask(ListDue(asker=officer, status_id=active))

    assert [(one.status.id, one.due) for one in reply.follow_ups] == [(active, 3)]
    assert set(chosen.conversation_ids) == {one.id for one in mine}
