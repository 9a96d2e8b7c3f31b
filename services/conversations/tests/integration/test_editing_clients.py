"""A client changes, for everybody who has them (rule 2.1)."""

import pytest
from services.conversations.tests.scenes import Place, Scene
from services.conversations.tests.writings import Writing

from clientcomm_contracts.conversations.clients import EditClient
from clientcomm_contracts.conversations.events import (
    ClientChangedV1,
    MarkerAddedV1,
)
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.notices import NoticeKind, SendNoticesV1
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import ConversationState, MarkerKind, Role

pytestmark = pytest.mark.integration


async def test_an_edited_name_shows_in_every_department_with_a_marker(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)
    south = await scene.department("Pretrial South")
    other = await scene.thread(south, None, client_id=thread.client_id)

    reply = await writing.order(
        EditClient(
            asker=officer,
            client_id=thread.client_id,
            last_name="  Quist-Berg ",
            notes="prefers mornings",
        )
    )

    assert (reply.client.last_name, reply.client.notes) == ("Quist-Berg", "prefers mornings")
    for conversation_id in (thread.id, other.id):
        assert (await writing.summary(conversation_id)).last_name == "Quist-Berg"
        found = await writing.row(
            "select search_text from conversation_search where conversation_id = :id",
            id=conversation_id,
        )
        assert "quist-berg" in found.search_text
        (marked,) = await writing.facts_of(conversation_id)
        assert isinstance(marked, MarkerAddedV1)
        assert marked.kind is MarkerKind.CLIENT_EDITED
    (changed,) = await writing.told(ClientChangedV1)
    assert (changed.last_name, changed.sequence) == ("Quist-Berg", 1)


async def test_scenario_05_who_else_has_the_client_is_told_of_the_new_name_by_e_mail(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    court, clinic = [await scene.department(name) for name in ("Pretrial South", "Treatment")]
    ana = await scene.staff("Ana Court", (Role.CASE_MANAGER, court))
    bo = await scene.staff("Bo Clinic", (Role.CASE_MANAGER, clinic))
    thread = await scene.thread(office, officer)
    theirs = await scene.thread(court, ana, client_id=thread.client_id)
    await scene.thread(clinic, bo, client_id=thread.client_id, state=ConversationState.CLOSED)
    edit = EditClient(asker=officer, client_id=thread.client_id, time_zone="America/Denver")

    await writing.order(edit)
    await writing.order(edit.model_copy(update={"last_name": "Berg"}))

    (mail,) = await writing.told(SendNoticesV1)
    (notice,) = mail.items
    assert (notice.staff_id, notice.conversation_id) == (ana.staff_id, theirs.id)
    assert notice.kind is NoticeKind.NAME_CHANGED
    assert notice.details == {"by": "Dana Reyes", "client": "Ada Q."}


async def test_a_zone_of_ones_own_is_told_and_that_of_the_department_is_none(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)

    for zone in ("America/Denver", ""):
        await writing.order(EditClient(asker=officer, client_id=thread.client_id, time_zone=zone))

    told = await writing.told(ClientChangedV1)
    assert [one.time_zone for one in told] == ["America/Denver", None]


async def test_scenario_07_notes_alone_are_no_news_for_others(
    writing: Writing, scene: Scene, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)

    await writing.order(EditClient(asker=officer, client_id=thread.client_id, notes="x"))

    assert await writing.rows("select 1 from outbox") == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone_unknown"),
        ({"time_zone": "../etc/passwd"}, "time_zone_unknown"),
        ({"last_name": "  "}, "last_name_missing"),
        ({"last_name": "\u200b\u3164"}, "last_name_missing"),
    ],
)
async def test_what_cannot_be_is_refused(
    writing: Writing,
    scene: Scene,
    office: Place,
    officer: Asker,
    change: dict[str, str],
    code: str,
) -> None:
    thread = await scene.thread(office, officer)

    with pytest.raises(Refused) as refusal:
        await writing.order(EditClient(asker=officer, client_id=thread.client_id, **change))

    assert refusal.value.code == code


async def test_a_colleague_cannot_edit_and_does_not_learn_that_the_client_exists(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    thread = await scene.thread(office, officer)

    with pytest.raises(Refused) as refusal:
        await writing.order(EditClient(asker=colleague, client_id=thread.client_id, notes="x"))

    assert refusal.value.kind == "not_found"
