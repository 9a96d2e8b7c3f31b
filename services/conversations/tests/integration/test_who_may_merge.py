"""Whose clients may be merged, and by whom (rule 2.5)."""

import pytest
from services.conversations.tests.merges import client_of, merge, merge_refused
from services.conversations.tests.scenes import Place, Scene
from services.conversations.tests.writings import Writing, a_text

from clientcomm_contracts.conversations.events import MessageReceivedV1
from clientcomm_contracts.notices import NoticeKind, SendNoticesV1
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Role
from clientcomm_conversations.adapters.tables.clients import client_number

pytestmark = pytest.mark.integration


@pytest.fixture
async def court(scene: Scene) -> Place:
    return await scene.department("Pretrial South")


async def test_another_departments_conversation_with_the_absorbed_moves_to_the_survivor(
    writing: Writing, scene: Scene, office: Place, court: Place, officer: Asker
) -> None:
    elsewhere = await scene.staff("Eli Ford", (Role.CASE_MANAGER, court))
    kept = await scene.thread(office, officer, first_name="Bo")
    gone = await scene.thread(office, officer, first_name="Robert")
    theirs = await scene.thread(court, elsewhere, first_name="Robert", client_id=client_of(gone))

    await merge(writing, officer, kept, gone)

    shown = await writing.summary(theirs.id)
    assert (shown.client_id, shown.first_name) == (kept.client_id, "Bo")
    assert await scene.shown(elsewhere, theirs.id) == ["merged"]
    (mail,) = await writing.told(SendNoticesV1)
    (notice,) = mail.items
    assert (notice.staff_id, notice.kind) == (elsewhere.staff_id, NoticeKind.CLIENTS_MERGED)
    assert notice.conversation_id == theirs.id
    assert notice.details == {"by": "Dana Reyes", "client": "Bo Q."}
    await writing.deliver(a_text(court, gone.number))
    assert (await writing.told(MessageReceivedV1))[0].aggregate_id == theirs.id


async def test_another_departments_conversation_with_the_survivor_says_what_is_new(
    writing: Writing, scene: Scene, office: Place, court: Place, officer: Asker
) -> None:
    elsewhere = await scene.staff("Eli Ford", (Role.CASE_MANAGER, court))
    kept = await scene.thread(office, officer, first_name="Bo")
    gone = await scene.thread(office, officer, first_name="Robert")
    theirs = await scene.thread(court, elsewhere, first_name="Bo", client_id=client_of(kept))

    await merge(writing, officer, kept, gone, name_from=gone.client_id)

    assert (await writing.summary(theirs.id)).first_name == "Robert"
    assert await scene.shown(elsewhere, theirs.id) == ["merged"]
    assert [one.staff_id for one in (await writing.told(SendNoticesV1))[0].items] == [
        elsewhere.staff_id
    ]


async def test_nothing_is_said_where_nothing_is_new(
    writing: Writing, scene: Scene, office: Place, court: Place, officer: Asker
) -> None:
    elsewhere = await scene.staff("Eli Ford", (Role.CASE_MANAGER, court))
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    theirs = await scene.thread(court, elsewhere, client_id=client_of(kept))
    assert gone.number_id is not None
    await scene.change(client_number, gone.number_id, value=kept.number)

    await merge(writing, officer, kept, gone)

    assert await scene.shown(elsewhere, theirs.id) == []
    assert await writing.told(SendNoticesV1) == []


async def test_who_loses_a_client_by_a_supervisors_merge_is_told(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    supervisor = await scene.staff("Sue Vale", (Role.SUPERVISOR, office))
    kept, gone = await scene.thread(office, officer), await scene.thread(office, colleague)

    await merge(writing, supervisor, kept, gone)

    (mail,) = await writing.told(SendNoticesV1)
    assert {(one.staff_id, one.conversation_id) for one in mail.items} == {
        (officer.staff_id, kept.id),
        (colleague.staff_id, None),
    }


async def test_a_department_that_has_both_is_named_and_nothing_is_merged(
    writing: Writing, scene: Scene, office: Place, court: Place, officer: Asker
) -> None:
    elsewhere = await scene.staff("Eli Ford", (Role.CASE_MANAGER, court))
    chief = await scene.staff("Ines Chief", (Role.SUPERVISOR, None))
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)
    other = await scene.thread(court, elsewhere, client_id=client_of(kept))
    await scene.thread(court, elsewhere, client_id=client_of(gone))

    refusal = await merge_refused(writing, officer, kept, gone)

    assert refusal.code == "merge_needs_organisation"
    assert refusal.details == {"departments": ["Pretrial South"]}
    await merge(writing, chief, kept, gone)
    rows = await writing.rows("select id from conversation where merged_into is null")
    assert {row.id for row in rows} == {kept.id, other.id}


async def test_a_colleagues_client_cannot_be_merged_and_does_not_exist_for_me(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    colleague = await scene.staff("Eli Ford", (Role.CASE_MANAGER, office))
    kept, gone = await scene.thread(office, officer), await scene.thread(office, colleague)

    assert (await merge_refused(writing, officer, kept, gone)).code == "not_found"
    assert (await merge_refused(writing, colleague, kept, gone)).code == "not_found"


async def test_an_auditor_may_look_but_not_merge(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    auditor = await scene.staff("Ana Audit", (Role.AUDITOR, office))
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)

    assert (await merge_refused(writing, auditor, kept, gone)).kind == "not_allowed"


async def test_a_client_is_not_merged_with_themselves_nor_twice(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    kept, gone = await scene.thread(office, officer), await scene.thread(office, officer)

    assert (await merge_refused(writing, officer, kept, kept)).code == "same_client"
    await merge(writing, officer, kept, gone)
    assert (await merge_refused(writing, officer, kept, gone)).code == "same_client"
