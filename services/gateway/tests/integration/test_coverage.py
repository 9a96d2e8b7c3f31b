"""Being away while a colleague covers, as a page and as calls (rule 2.10)."""

from datetime import UTC, datetime

import pytest
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import a_scene

from clientcomm_contracts.conversations.coverage import SetCoverage
from clientcomm_contracts.conversations.views import StaffName
from clientcomm_contracts.values import Role
from clientcomm_local.databases import DatabaseUrls

pytestmark = pytest.mark.integration


def _asked(house: House) -> list[SetCoverage]:
    return [one for one in house.owners.asked if isinstance(one, SetCoverage)]


async def test_a_period_is_kept_in_the_time_zone_of_the_department(
    house: House, database_urls: DatabaseUrls
) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)

    answer = await browser.post(
        "/coverage",
        {
            "covered_by": str(scene.stranger.id),
            "since_date": "2026-03-05",
            "since_time": "",
            "until_date": "2026-03-09",
            "until_time": "16:30",
            "away_reply": " Back on\r\nTuesday. ",
        },
    )

    assert answer.headers["location"] == "/coverage?notice=coverage_set"
    (request,) = _asked(house)
    assert request.since == datetime(2026, 3, 5, 13, 0, tzinfo=UTC)
    assert request.until == datetime(2026, 3, 9, 20, 30, tzinfo=UTC)  # the clock has changed
    assert request.away_reply == "Back on\nTuesday."
    noted = [one[0] for one in await house.audited(database_urls.owner)]
    assert noted[-1] == "coverage.set"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"covered_by": ""}, "Choose who covers."),
        ({"covered_by": "x"}, "Choose who covers."),
        ({"until_date": ""}, "Enter the last day of this time."),
        ({"until_date": "2026-02-30"}, "Enter a date and a time."),
        ({"until_date": "9999-12-31", "until_time": "23:00"}, "Enter a date and a time."),
        ({"until_date": "0001-01-01"}, "This time is over."),
        ({"until_time": "25:00"}, "Enter a date and a time."),
        ({"until_date": "2026-01-01"}, "This time is over."),
        ({"away_reply": "x" * 1601}, "This is too long. Shorten it."),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    house: House, changes: dict[str, str], says: str
) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)
    typed = {
        "covered_by": str(scene.stranger.id),
        "until_date": "2026-03-09",
        "away_reply": "Keep <me>",
        **changes,
    }

    answer = await browser.post("/coverage", typed)

    assert answer.status_code == 422
    assert says in answer.text
    assert typed["away_reply"].replace("<", "&lt;").replace(">", "&gt;") in answer.text


async def test_the_cover_gets_a_box_with_what_they_cover(house: House) -> None:
    scene = await a_scene(house)
    cover, other = house.browser(), house.browser()
    await cover.sign_in(scene.stranger)
    await other.sign_in(scene.manager)

    listed = await cover.get("/conversations")
    page = await cover.get("/coverage")
    of_other = await other.get("/conversations")

    assert 'href="/conversations?box=covering"' in listed.text
    assert "You cover for Maria Gomez" in page.text
    assert "box=covering" not in of_other.text


async def test_who_is_away_ends_it_and_sees_in_numbers_what_that_does(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)

    page = await browser.get("/coverage")
    answer = await browser.post(f"/coverage/{scene.ids['coverage_id']}/end", {})

    assert "Ben Okafor no longer sees your 2 clients." in page.text
    assert answer.headers["location"] == "/coverage?notice=coverage_ended"
    assert not any(one.is_now for one in house.world.coverage.values())


async def test_who_has_no_caseload_gets_no_form(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.front_desk)

    page = await browser.get("/coverage")
    answer = await browser.post(
        "/coverage", {"covered_by": str(scene.stranger.id), "until_date": "2026-03-09"}
    )

    assert "Who covers for you" not in page.text
    assert answer.status_code == 403


async def test_programs_are_away_and_back(house: House) -> None:
    scene = await a_scene(house)
    house.world.coverage.clear()
    new = {"covered_by": str(scene.stranger.id), "until": "2026-03-09T17:00:00-05:00"}
    async with await house.api(scene.manager) as api:
        made = await api.post("/coverage", json=new, headers={"Idempotency-Key": "a"})
        again = await api.post("/coverage", json=new, headers={"Idempotency-Key": "a"})
        listed = await api.get("/coverage")
        ended = await api.delete(f"/coverage/{made.json()['id']}")
        refused = await api.post("/coverage", json={**new, "until": "2026-03-01T00:00:00Z"})
    async with await house.api(scene.stranger) as api:
        not_theirs = await api.delete(f"/coverage/{made.json()['id']}")

    assert made.status_code == 201
    assert made.json()["until"] == "2026-03-09T22:00:00Z"
    assert made.json()["covered_by"]["full_name"] == "Ben Okafor"
    assert again.json() == made.json()
    assert listed.json() == {"items": [made.json()], "next": None}
    assert ended.json() == {**made.json(), "now": False}
    assert (refused.status_code, refused.json()["code"]) == (422, "is_over")
    assert not_theirs.status_code == 404


async def test_a_colleague_is_never_offered_as_their_own_cover(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)

    page = await browser.get("/coverage")

    me = StaffName(id=scene.manager.id, full_name=scene.manager.full_name)
    assert f'<option value="{me.id}"' not in page.text
    assert f'<option value="{scene.stranger.id}"' in page.text


async def test_a_supervisor_enters_that_a_colleague_is_away_and_ends_it(
    house: House, database_urls: DatabaseUrls
) -> None:
    scene = await a_scene(house)
    house.world.coverage.clear()
    watcher = house.world.add_staff("Sue Super", Role.SUPERVISOR)
    await house.hire(watcher)
    browser = house.browser()
    await browser.sign_in(watcher)
    typed = {
        "staff_id": str(scene.manager.id),
        "covered_by": str(scene.stranger.id),
        "until_date": "2026-03-09",
        "away_reply": "Keep <me>",
    }

    nobody = await browser.post("/coverage/colleague", {**typed, "staff_id": ""})
    over = await browser.post("/coverage/colleague", {**typed, "until_date": "2026-03-01"})
    done = await browser.post("/coverage/colleague", typed)
    page = await browser.get(done.headers["location"])
    (period,) = house.world.coverage.values()
    ended = await browser.post(f"/coverage/{period.id}/end", {})

    assert (nobody.status_code, over.status_code) == (422, 422)
    assert "Choose who is away." in nobody.text
    assert "Keep &lt;me&gt;" in over.text
    assert done.headers["location"] == "/coverage?notice=colleague_covered"
    assert period.staff.id == scene.manager.id
    assert f'action="/coverage/{period.id}/end"' in page.text
    assert ended.headers["location"] == "/coverage?notice=coverage_ended"
    entries = [one for one in await house.audited(database_urls.owner) if "coverage" in one[0]]
    assert entries == [
        ("coverage.set", watcher.id, [scene.manager.id, scene.stranger.id]),
        ("coverage.ended", watcher.id, [scene.manager.id, scene.stranger.id]),
    ]


async def test_a_case_manager_sends_nobody_else_away(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.stranger)

    page = await browser.get("/coverage")

    assert "/coverage/colleague" not in page.text
    assert (await browser.get("/coverage/colleague")).status_code == 404
    assert (await browser.post("/coverage/colleague", {})).status_code == 404


async def test_programs_send_a_colleague_away(house: House) -> None:
    scene = await a_scene(house)
    house.world.coverage.clear()
    new = {
        "staff_id": str(scene.manager.id),
        "covered_by": str(scene.stranger.id),
        "until": "2026-03-09T17:00:00-05:00",
    }
    async with await house.api(scene.administrator) as api:
        made = await api.post("/coverage", json=new)
        ended = await api.delete(f"/coverage/{made.json()['id']}")
    async with await house.api(scene.stranger) as api:
        hidden = await api.post("/coverage", json=new)

    assert made.json()["staff"]["full_name"] == "Maria Gomez"
    assert ended.json()["now"] is False
    assert hidden.status_code == 404
