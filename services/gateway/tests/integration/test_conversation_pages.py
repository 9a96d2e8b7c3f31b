"""What the pages of a conversation do with what people type."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from services.gateway.tests.browsing import Browser, House
from services.gateway.tests.scenes import Scene, a_scene
from services.gateway.tests.world import NOW
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from clientcomm_contracts.conversations.requests import (
    GetConversation,
    ListConversations,
    MarkRead,
    SendMessage,
)
from clientcomm_contracts.scheduler import ScheduleMessage
from clientcomm_local.databases import DatabaseUrls

pytestmark = pytest.mark.integration


async def _maria(house: House) -> tuple[Scene, Browser]:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)
    return scene, browser


async def test_sending_the_same_form_twice_sends_once(house: House) -> None:
    scene, browser = await _maria(house)
    path = f"/conversations/{scene.talk.row.id}/messages"
    before = len(scene.talk.items)

    for _ in range(2):
        answer = await browser.post(path, {"body": "Hello\r\nDan", "repeat_key": "one"})
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/conversations/{scene.talk.row.id}"

    assert len(scene.talk.items) == before + 1
    assert scene.talk.row.last_text == "Hello\nDan"


async def test_a_text_that_is_refused_stays_in_the_composer(house: House) -> None:
    scene, browser = await _maria(house)
    house.world.change(scene.talk, is_opted_out=True)

    answer = await browser.post(
        f"/conversations/{scene.talk.row.id}/messages", {"body": "Do not lose me <>"}
    )

    assert answer.status_code == 409
    assert "This phone has opted out." in answer.text


@pytest.mark.parametrize(("body", "says"), [("  ", "Write something"), ("x" * 1601, "1,600")])
async def test_what_cannot_be_sent_is_said_beside_the_field(
    house: House, body: str, says: str
) -> None:
    scene, browser = await _maria(house)

    answer = await browser.post(f"/conversations/{scene.talk.row.id}/messages", {"body": body})

    assert answer.status_code == 422
    assert says in answer.text
    assert body in answer.text
    assert not any(isinstance(one, SendMessage) for one in house.owners.asked)


async def test_a_script_gets_the_new_bubble_and_an_empty_composer(house: House) -> None:
    scene, browser = await _maria(house)

    answer = await browser.post(
        f"/conversations/{scene.talk.row.id}/messages",
        {"body": "By htmx"},
        **{"HX-Request": "true"},
    )

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "By htmx" in answer.text
    assert f"item-{scene.talk.items[-1].id}" in answer.text


async def test_while_the_broker_is_away_a_page_says_so_and_keeps_what_was_typed(
    house: House,
) -> None:
    scene, browser = await _maria(house)
    house.owners.away = True

    shown = await browser.get(f"/conversations/{scene.talk.row.id}")
    sent = await browser.post(
        f"/conversations/{scene.talk.row.id}/messages",
        {"body": "Keep <this>", "repeat_key": "the-key"},
    )

    assert shown.status_code == sent.status_code == 503
    assert int(sent.headers["retry-after"]) > 0
    assert "Keep &lt;this&gt;" in sent.text
    assert 'value="the-key"' in sent.text
    house.owners.away = False
    again = await browser.post(
        f"/conversations/{scene.talk.row.id}/messages",
        {"body": "Keep <this>", "repeat_key": "the-key"},
    )
    assert again.status_code == 303


async def test_what_was_written_while_the_session_ended_is_not_lost(house: House) -> None:
    scene, browser = await _maria(house)
    path = f"/conversations/{scene.talk.row.id}/messages"
    await house.gateway.site.sessions.end_all(scene.manager.id, now=datetime.now(UTC))

    signed_out = await browser.post(path, {"body": "A long text", "repeat_key": "k"})
    await browser.sign_in(scene.manager)
    stale = await browser.post(path, {"body": "A long text", "csrf_token": "old"})
    sent = await browser.post(path, {"body": "A long text", "repeat_key": "k"})

    assert (signed_out.status_code, stale.status_code, sent.status_code) == (401, 403, 303)
    assert "A long text" in signed_out.text
    assert "A long text" in stale.text
    assert scene.talk.row.last_text == "A long text"


async def test_what_comes_from_elsewhere_is_not_shown_again(house: House) -> None:
    scene, browser = await _maria(house)
    path = f"/conversations/{scene.talk.row.id}/messages"

    answer = await browser.post(path, {"body": "Planted"}, Origin="https://evil.example")

    assert answer.status_code == 403
    assert "Planted" not in answer.text


async def test_a_script_is_told_where_to_show_that_the_broker_is_away(house: House) -> None:
    scene, browser = await _maria(house)
    house.owners.away = True

    answer = await browser.post(
        f"/conversations/{scene.talk.row.id}/messages", {"body": "Hi"}, **{"HX-Request": "true"}
    )

    assert answer.status_code == 503
    assert answer.headers["hx-retarget"] == "#problem"
    assert "<html" not in answer.text


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
    scene, browser = await _maria(house)

    answer = await browser.post(
        f"/conversations/{scene.talk.row.id}/read",
        {"up_to": str(scene.inbound.id)},
        Accept="application/json",
    )

    assert answer.json() == {"unread_count": 0, "unread_conversations": 0}
    asked = [one for one in house.owners.asked if isinstance(one, MarkRead)]
    assert asked[0].up_to == scene.inbound.id


async def test_send_later_keeps_a_wrong_time_beside_its_field(house: House) -> None:
    scene, browser = await _maria(house)
    path = f"/conversations/{scene.talk.row.id}/scheduled-messages"

    past = await browser.post(
        path, {"body": "Too late", "local_date": "2020-01-01", "local_time": "09:00"}
    )
    odd = await browser.post(path, {"body": "When?", "local_date": "31.12.", "local_time": "09:00"})
    good = await browser.post(
        path, {"body": "Later", "local_date": "2026-03-08", "local_time": "02:30"}
    )

    assert (past.status_code, odd.status_code, good.status_code) == (422, 422, 303)
    assert "in the past" in past.text
    assert "Too late" in past.text
    assert "Choose a date." in odd.text
    made = [one for one in house.owners.asked if isinstance(one, ScheduleMessage)]
    assert made[-1].local_time.isoformat() == "2026-03-08T02:30:00"


AT_NIGHT = "At that time it is late or early for the client."


async def test_who_schedules_a_text_in_quiet_hours_is_warned_and_may_keep_it(house: House) -> None:
    scene, browser = await _maria(house)
    path = f"/conversations/{scene.talk.row.id}/scheduled-messages"
    typed = {"body": "Early bird", "local_date": "2026-03-08"}

    early = await browser.post(path, {**typed, "local_time": "07:59"})
    *_, kept = house.world.scheduled
    warning = await browser.get(early.headers["location"])
    mended = await browser.post(f"{path}/{kept}", {**typed, "local_time": "08:00"})
    conversation = await browser.get(mended.headers["location"])
    form = await browser.get(f"{path}/{kept}")

    assert early.headers["location"] == f"{path}/{kept}?notice=scheduled"
    assert "The text is scheduled." in warning.text
    assert AT_NIGHT in warning.text
    assert mended.headers["location"].startswith(f"/conversations/{scene.talk.row.id}?")
    assert AT_NIGHT not in conversation.text + form.text


async def test_who_moves_a_scheduled_text_into_quiet_hours_is_warned(house: House) -> None:
    scene, browser = await _maria(house)
    path = f"/conversations/{scene.talk.row.id}/scheduled-messages"
    typed = {"body": "Owl", "local_date": "2026-03-08"}

    good = await browser.post(path, {**typed, "local_time": "20:59"})
    *_, kept = house.world.scheduled
    moved = await browser.post(f"{path}/{kept}", {**typed, "local_time": "21:00"})
    warning = await browser.get(moved.headers["location"])
    later = await browser.get(f"{path}/{kept}")

    assert good.headers["location"].startswith(f"/conversations/{scene.talk.row.id}?")
    assert moved.headers["location"] == f"{path}/{kept}?notice=scheduled_saved"
    assert AT_NIGHT in warning.text
    assert AT_NIGHT in later.text


async def test_the_composer_hands_its_text_to_send_later_without_writing_anything(
    house: House,
) -> None:
    scene, browser = await _maria(house)

    answer = await browser.post(
        f"/conversations/{scene.talk.row.id}/scheduled-messages/new", {"body": "Not yet"}
    )

    assert answer.status_code == 200
    assert "Not yet" in answer.text
    assert not any(isinstance(one, ScheduleMessage) for one in house.owners.asked)


async def test_a_number_that_a_colleague_has_is_asked_about(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.stranger)
    typed = {"last_name": "Reed", "phone": "202 555 0123", "repeat_key": "k1"}
    before = len(house.world.talks)

    question = await browser.post("/clients/new", typed)
    answered = await browser.post("/clients/new", {**typed, "answer": "shared_phone:"})

    assert question.status_code == 409
    assert "Maria Gomez" in question.text
    assert 'value="Reed"' in question.text
    assert len(house.world.talks) == before + 1
    assert answered.status_code == 303
    assert "notice=client_added" in answered.headers["location"]


async def test_a_new_clients_zone_is_the_departments_unless_another_is_chosen(
    house: House,
) -> None:
    _, browser = await _maria(house)
    zone = house.world.department.time_zone

    page = await browser.get("/clients/new")

    assert f'<option value="{zone}" selected>' in page.text


@pytest.mark.parametrize(("direction", "shown"), [(None, 0), ("inbound", 1)])
async def test_a_text_that_one_may_not_read_is_not_taken_for_a_picture(
    house: House, direction: str | None, shown: int
) -> None:
    scene, browser = await _maria(house)
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
    scene, browser = await _maria(house)
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


async def test_text_with_a_nul_character_is_refused_before_it_reaches_the_bus(
    house: House,
) -> None:
    scene, browser = await _maria(house)

    answer = await browser.post(f"/conversations/{scene.talk.row.id}/messages", {"body": "a\0b"})

    assert answer.status_code == 422
    assert not any(isinstance(one, SendMessage) for one in house.owners.asked)


async def test_a_mass_message_is_previewed_then_sent_once(house: House) -> None:
    scene, browser = await _maria(house)
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
    scene, browser = await _maria(house)

    answer = await browser.get(f"/attachments/{scene.ids['attachment_id']}")

    assert answer.content == b"\x89PNG"
    assert answer.headers["content-type"] == "image/png"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_headers_that_every_answer_carries(house: House) -> None:
    _, browser = await _maria(house)

    for path in ("/conversations", "/sign-in", "/nowhere", "/api/v1/me", "/api/docs"):
        answer = await browser.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-correlation-id"]


async def test_a_body_over_its_limit_is_refused_before_it_is_read(house: House) -> None:
    scene, browser = await _maria(house)
    path = f"/conversations/{scene.talk.row.id}/messages"

    announced = await browser.post(path, {"body": "x" * 300_000})

    async def drops() -> AsyncIterator[bytes]:
        for _ in range(400):
            yield b"x" * 1000

    streamed = await browser.client.post("/api/v1/clients", content=drops())

    assert announced.status_code == 413
    assert streamed.status_code in {401, 413}
    assert not any(isinstance(one, SendMessage) for one in house.owners.asked)


async def test_the_list_sorts_by_every_column_with_the_most_and_newest_first(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)
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


async def test_who_writes_at_night_is_warned_and_may_go_on(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)
    path = f"/conversations/{scene.talk.row.id}"
    by_day = await browser.get(path)
    house.world.quiet_until = NOW + timedelta(hours=3)
    before = len(scene.talk.items)

    warned = await browser.post(f"{path}/messages", {"body": "Keep <this>", "repeat_key": "k"})
    by_night = await browser.get(path)
    unsent = len(scene.talk.items)
    sent = await browser.post(
        f"{path}/messages", {"body": "Keep <this>", "repeat_key": "k", "quiet_shown": "1"}
    )

    assert "quiet hours last until" not in by_day.text
    assert warned.status_code == 409
    assert "Keep &lt;this&gt;" in warned.text
    assert unsent == before
    for page in (warned, by_night):
        assert "quiet hours last until" in page.text
        assert '<input type="hidden" name="quiet_shown" value="1">' in page.text
    assert sent.status_code == 303
    assert len(scene.talk.items) == before + 1


async def test_programs_send_at_any_hour_unless_they_say_otherwise(house: House) -> None:
    scene = await a_scene(house)
    house.world.quiet_until = NOW + timedelta(hours=3)
    path = f"/conversations/{scene.talk.row.id}/messages"
    async with await house.api(scene.manager) as api:
        held = await api.post(
            path, json={"body": "Hi", "unless_quiet": True}, headers={"Idempotency-Key": "1"}
        )
        sent = await api.post(path, json={"body": "Hi"}, headers={"Idempotency-Key": "2"})

    assert (held.status_code, held.json()["code"]) == (409, "quiet_hours")
    assert sent.status_code == 201
