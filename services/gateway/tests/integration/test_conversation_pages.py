"""What the pages of a conversation and its lists show, and to whom."""

import pytest
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import a_scene, signed_in_manager
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from clientcomm_contracts.conversations.reading import (
    ConversationSort,
    GetConversation,
    ListConversations,
    MarkRead,
)
from clientcomm_local.databases import DatabaseUrls

pytestmark = pytest.mark.integration


async def test_reading_someone_elses_thread_is_noted_before_it_is_shown(
    house: House, database_urls: DatabaseUrls
) -> None:
    scene = await a_scene(house)
    auditor, maria = house.browser(), house.browser()
    await auditor.sign_in(scene.auditor)
    await maria.sign_in(scene.manager)

    await maria.get(f"/conversations/{scene.talk.row.id}")
    own = [one for one in await house.audited(database_urls.owner) if one[0] == "message_text.read"]
    await auditor.get(f"/conversations/{scene.talk.row.id}")
    noted = [
        one for one in await house.audited(database_urls.owner) if one[0] == "message_text.read"
    ]

    assert own == []
    assert ("message_text.read", scene.auditor.id, [scene.talk.row.id]) in noted


async def test_the_running_role_cannot_read_or_change_the_audit_log(house: House) -> None:

    for statement in (
        "SELECT * FROM audit.entry",
        "UPDATE audit.entry SET deed = 'x'",
        "DELETE FROM audit.entry",
        "TRUNCATE audit.entry",
        "ALTER TABLE audit.entry ADD COLUMN x int",
    ):
        with pytest.raises(ProgrammingError, match=r"(permission denied|must be owner)"):
            async with house.database.transaction() as transaction:
                await transaction.execute(text(statement))


async def test_marking_read_by_script_answers_the_counts(house: House) -> None:
    scene, browser = await signed_in_manager(house)

    answer = await browser.post(
        f"/conversations/{scene.talk.row.id}/read",
        {"up_to": str(scene.inbound.id)},
        Accept="application/json",
    )

    assert answer.json() == {"unread_count": 0, "unread_conversations": 0}
    asked = [one for one in house.owners.asked if isinstance(one, MarkRead)]
    assert asked[0].up_to == scene.inbound.id


@pytest.mark.parametrize(("direction", "shown"), [(None, 0), ("inbound", 1)])
async def test_a_text_that_one_may_not_read_is_not_taken_for_a_picture(
    house: House, direction: str | None, shown: int
) -> None:
    scene, browser = await signed_in_manager(house)
    house.world.change(scene.talk, last_text="", last_text_direction=direction)

    page = await browser.get("/conversations?q=Dan+Reed")

    assert "Dan Reed" in page.text
    assert page.text.count("(picture)") == shown


async def test_an_administrator_sees_whose_a_conversation_is_and_no_text_of_it(
    house: House,
) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.administrator)

    page = await browser.get(f"/conversations/{scene.talk.row.id}")

    assert page.status_code == 200
    assert "Dan Reed" in page.text
    assert "Maria Gomez" in page.text
    assert "not read the texts" in page.text
    for hidden in ("On my way", "/transcript", "/search"):
        assert hidden not in page.text


async def test_a_closed_conversation_is_opened_where_it_says_that_it_is_closed(
    house: House,
) -> None:
    scene, browser = await signed_in_manager(house)
    here = f"/conversations/{scene.talk.row.id}"
    await browser.post(f"{here}/close")

    page = await browser.get(here)

    composer = page.text.split('id="composer"')[1]
    assert f'action="{here}/reopen"' in composer


async def test_the_unassigned_inbox_is_assigned_and_leaves_the_front_desk(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.front_desk)
    path = f"/conversations/{scene.unassigned.row.id}"
    assert (await browser.get(path)).status_code == 200

    nobody = await browser.post(f"{path}/assign", {"staff_id": ""})
    answer = await browser.post(f"{path}/assign", {"staff_id": str(scene.manager.id)})

    assert nobody.status_code == 422
    assert answer.status_code == 303
    assert (await browser.get(path)).status_code == 404


async def test_a_page_asks_its_owners_at_once_and_says_nothing_of_whom_it_may_not(
    house: House,
) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.stranger)

    answer = await browser.get(f"/conversations/{scene.talk.row.id}")

    assert answer.status_code == 404
    assert "Dan" not in answer.text
    assert any(isinstance(one, GetConversation) for one in house.owners.asked)


async def test_a_mass_message_is_previewed_then_sent_once(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    ids = [str(scene.talk.row.id), str(scene.unassigned.row.id)]
    fields = {"conversation_id": ids, "body": "Office closed", "repeat_key": "mass"}
    before = len(house.world.mass)

    preview = await browser.post("/mass-messages/preview", fields)
    first = await browser.post("/mass-messages", fields)
    second = await browser.post("/mass-messages", fields)
    page = await browser.get(first.headers["location"])

    assert preview.status_code == 200
    assert len(house.world.mass) == before + 1
    assert first.headers["location"] == second.headers["location"]
    assert page.status_code == 200


async def test_an_attachment_is_shown_in_a_cage(house: House) -> None:
    scene, browser = await signed_in_manager(house)

    answer = await browser.get(f"/attachments/{scene.ids['attachment_id']}")

    assert answer.content == b"\x89PNG"
    assert answer.headers["content-type"] == "image/png"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_headers_that_every_answer_carries(house: House) -> None:
    _, browser = await signed_in_manager(house)

    for path in ("/conversations", "/sign-in", "/nowhere", "/api/v1/me", "/api/docs"):
        answer = await browser.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-correlation-id"]


async def test_a_filter_leaves_the_usual_order_as_it_is(house: House) -> None:
    _, browser = await signed_in_manager(house)

    page = await browser.get("/conversations")
    filtered = await browser.get("/conversations?unread=1&sort=default&dir=asc")

    for one in (page, filtered):
        assert '<option value="default" selected>' in one.text
    asked = [one for one in house.owners.asked if isinstance(one, ListConversations)]
    assert {one.sort for one in asked} == {ConversationSort.DEFAULT}
    same_list = await browser.get("/conversations?sort=default")
    assert 'data-is-live="yes"' in same_list.text


async def test_the_list_sorts_by_every_column_with_the_most_and_newest_first(house: House) -> None:
    _, browser = await signed_in_manager(house)
    usual = {
        "name": False, "unread": True, "last_contact": True, "next_appointment": False,
        "scheduled": True, "status": False, "delivery_problem": True,
    }  # fmt: skip

    for sort, is_descending in usual.items():
        for turn in ("asc", "desc"):
            page = await browser.get(f"/conversations?sort={sort}&dir={turn}")
            question = [one for one in house.owners.asked if isinstance(one, ListConversations)][-1]

            assert f'<option value="{sort}" selected>' in page.text
            assert (question.sort, question.descending) == (
                sort, is_descending is (turn == "asc"),
            )  # fmt: skip
