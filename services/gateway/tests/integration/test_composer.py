"""A text that somebody writes is sent once, or kept and the reason said (rules 3.1, 3.9)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import a_scene, signed_in_manager
from services.gateway.tests.world import NOW

from clientcomm_contracts.conversations.messages import SendMessage
from clientcomm_contracts.conversations.views import MessageProblem
from clientcomm_contracts.values import MessageState

pytestmark = pytest.mark.integration


async def test_sending_the_same_form_twice_sends_once(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    path = f"/conversations/{scene.talk.row.id}/messages"
    before = len(scene.talk.items)

    for _ in range(2):
        answer = await browser.post(path, {"body": "Hello\r\nDan", "repeat_key": "one"})
        assert answer.status_code == 303
        newest = f"item-{scene.talk.items[-1].id}"
        assert answer.headers["location"] == f"/conversations/{scene.talk.row.id}#{newest}"

    assert len(scene.talk.items) == before + 1
    assert scene.talk.row.last_text == "Hello\nDan"


async def test_another_text_in_a_form_that_was_sent_is_kept_and_the_next_click_sends_it(
    house: House,
) -> None:
    scene, browser = await signed_in_manager(house)
    path = f"/conversations/{scene.talk.row.id}/messages"
    await browser.post(path, {"body": "First", "repeat_key": "one"})

    back = await browser.post(path, {"body": "Second", "repeat_key": "one"})

    assert back.status_code == 422
    assert "This form was sent before with something else in it." in back.text
    assert "Second" in back.text
    assert 'value="one"' not in back.text


async def test_a_text_to_who_went_to_a_colleague_meanwhile_is_shown_to_be_copied(
    house: House,
) -> None:
    _, browser = await signed_in_manager(house)

    answer = await browser.post(
        f"/conversations/{uuid4()}/messages", {"body": "Do not lose me <>", "to_number_id": ""}
    )

    assert answer.status_code == 404
    assert "Do not lose me &lt;&gt;</textarea>" in answer.text
    assert "Try again" not in answer.text


async def test_a_text_that_is_refused_stays_in_the_composer(house: House) -> None:
    scene, browser = await signed_in_manager(house)
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
    scene, browser = await signed_in_manager(house)

    answer = await browser.post(f"/conversations/{scene.talk.row.id}/messages", {"body": body})

    assert answer.status_code == 422
    assert says in answer.text
    assert body in answer.text
    assert not any(isinstance(one, SendMessage) for one in house.owners.asked)


async def test_a_script_gets_the_new_bubble_and_an_empty_composer(house: House) -> None:
    scene, browser = await signed_in_manager(house)

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
    scene, browser = await signed_in_manager(house)
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
    scene, browser = await signed_in_manager(house)
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
    scene, browser = await signed_in_manager(house)
    path = f"/conversations/{scene.talk.row.id}/messages"

    answer = await browser.post(path, {"body": "Planted"}, Origin="https://evil.example")

    assert answer.status_code == 403
    assert "Planted" not in answer.text


async def test_a_script_is_told_where_to_show_that_the_broker_is_away(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    house.owners.away = True

    answer = await browser.post(
        f"/conversations/{scene.talk.row.id}/messages", {"body": "Hi"}, **{"HX-Request": "true"}
    )

    assert answer.status_code == 503
    assert answer.headers["hx-retarget"] == "#problem"
    assert "<html" not in answer.text


async def test_text_with_a_nul_character_is_refused_before_it_reaches_the_bus(
    house: House,
) -> None:
    scene, browser = await signed_in_manager(house)

    answer = await browser.post(f"/conversations/{scene.talk.row.id}/messages", {"body": "a\0b"})

    assert answer.status_code == 422
    assert not any(isinstance(one, SendMessage) for one in house.owners.asked)


async def test_a_body_over_its_limit_is_refused_before_it_is_read(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    path = f"/conversations/{scene.talk.row.id}/messages"

    announced = await browser.post(path, {"body": "x" * 300_000})

    async def drops() -> AsyncIterator[bytes]:
        for _ in range(400):
            yield b"x" * 1000

    streamed = await browser.client.post("/api/v1/clients", content=drops())

    assert announced.status_code == 413
    assert streamed.status_code in {401, 413}
    assert not any(isinstance(one, SendMessage) for one in house.owners.asked)


async def test_who_writes_at_night_is_warned_and_may_go_on(house: House) -> None:
    scene, browser = await signed_in_manager(house)
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


async def test_who_sends_again_at_night_is_warned_and_may_go_on(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    path = f"/conversations/{scene.talk.row.id}"
    problem = MessageProblem(code="30003", sentence="The phone was off.")
    failed = house.world.write(
        scene.talk, "Lost", scene.manager, state=MessageState.FAILED, problem=problem
    ).id
    by_day = await browser.get(path)
    house.world.quiet_until = NOW + timedelta(hours=3)
    before = len(scene.talk.items)

    warned = await browser.post(f"{path}/messages/{failed}/resend?q=reed")
    by_night = await browser.get(warned.headers["location"])
    unsent = len(scene.talk.items)
    sent = await browser.post(f"{path}/messages/{failed}/resend", {"quiet_shown": "1"})

    assert f'id="quiet-{failed}"' not in by_day.text
    place = f"{path}?q=reed&notice=resend_at_night#item-{failed}"
    assert (warned.status_code, warned.headers["location"]) == (303, place)
    assert "notice--warning" in by_night.text
    assert "Not sent again yet" in by_night.text
    assert f'id="quiet-{failed}"' in by_night.text
    assert by_night.text.count('name="quiet_shown"') == 2  # the composer's and this one's
    assert unsent == before
    newest = scene.talk.items[-1].id
    assert sent.headers["location"] == f"{path}?notice=resent#item-{newest}"
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
        again = f"/messages/{scene.ids['message_id']}/resend"
        held_again = await api.post(again, json={"unless_quiet": True})
        sent_again = await api.post(again)

    for refused in (held, held_again):
        assert (refused.status_code, refused.json()["code"]) == (409, "quiet_hours")
    assert (sent.status_code, sent_again.status_code) == (201, 201)
