"""Texts for later are typed, warned about and changed (rule 4.1)."""

import pytest
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import signed_in_manager

from clientcomm_contracts.scheduler import ScheduleMessage

pytestmark = pytest.mark.integration


async def test_send_later_keeps_a_wrong_time_beside_its_field(house: House) -> None:
    scene, browser = await signed_in_manager(house)
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
    scene, browser = await signed_in_manager(house)
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
    scene, browser = await signed_in_manager(house)
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
    scene, browser = await signed_in_manager(house)

    answer = await browser.post(
        f"/conversations/{scene.talk.row.id}/scheduled-messages/new", {"body": "Not yet"}
    )

    assert answer.status_code == 200
    assert "Not yet" in answer.text
    assert not any(isinstance(one, ScheduleMessage) for one in house.owners.asked)
