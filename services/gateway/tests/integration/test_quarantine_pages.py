"""Texts to a number that no department has are given to one, and filed (rule 2.7)."""

import pytest
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import a_scene

from clientcomm_contracts.values import Role
from clientcomm_local.databases import DatabaseUrls

pytestmark = pytest.mark.integration


async def test_an_administrator_gives_a_text_of_the_quarantine_and_a_supervisor_reads_it(
    house: House, database_urls: DatabaseUrls
) -> None:
    scene = await a_scene(house)
    supervisor = house.world.add_staff("Sue Super", Role.SUPERVISOR)
    await house.hire(supervisor)
    administrator, reader = house.browser(), house.browser()
    await administrator.sign_in(scene.administrator)
    await reader.sign_in(supervisor)

    kept = await administrator.get("/quarantine")
    missing = await administrator.post(f"/quarantine/{scene.ids['text_id']}/assign", {})
    given = await administrator.post(
        f"/quarantine/{scene.ids['text_id']}/assign",
        {"department_id": str(house.world.department.id)},
    )
    read = await reader.get("/quarantine")

    assert "(202) 555-0155" in kept.text
    assert "Whose number is this?" not in kept.text
    assert missing.status_code == 422
    assert given.headers["location"] == "/quarantine?notice=quarantined_assigned"
    assert "Whose number is this?" in read.text
    deeds = [(deed, staff_id) for deed, staff_id, _ in await house.audited(database_urls.owner)]
    assert ("quarantined_text.assigned", scene.administrator.id) in deeds
    assert ("message_text.read", supervisor.id) in deeds


async def test_a_text_is_filed_from_the_quarantine_once(
    house: House, database_urls: DatabaseUrls
) -> None:
    scene = await a_scene(house)
    administrator = house.browser()
    await administrator.sign_in(scene.administrator)
    path = f"/quarantine/{scene.ids['text_id']}/file"
    chosen = {"department_id": scene.ids["department_id"]}

    page = await administrator.get("/quarantine")
    missing = await administrator.post(path, {})
    filed = await administrator.post(path, chosen)
    again = await administrator.post(path, chosen)

    assert f'action="{path}"' in page.text
    assert missing.status_code == 422
    assert filed.headers["location"] == "/quarantine?notice=quarantined_in_inbox"
    assert again.status_code == 409
    assert "Nothing is in quarantine." in (await administrator.get("/quarantine")).text
    deeds = [(deed, who) for deed, who, _ in await house.audited(database_urls.owner)]
    assert deeds.count(("quarantined_text.filed", scene.administrator.id)) == 1


async def test_programs_file_a_text_of_the_quarantine(house: House) -> None:
    scene = await a_scene(house)
    path = f"/quarantine/{scene.ids['text_id']}/file"
    chosen = {"department_id": scene.ids["department_id"]}
    async with await house.api(scene.administrator) as api:
        odd = await api.post(path, json={"department_id": "x"})
        filed = await api.post(path, json=chosen, headers={"Idempotency-Key": "1"})
        same = await api.post(path, json=chosen, headers={"Idempotency-Key": "1"})
        again = await api.post(path, json=chosen)
    async with await house.api(scene.manager) as api:
        hidden = await api.post(path, json=chosen)

    assert odd.status_code == 422
    assert filed.status_code == same.status_code == 200
    assert filed.json() == same.json()
    assert filed.json()["filed_as"] == "unknown_sender"
    assert (again.status_code, again.json()["code"]) == (409, "already_filed")
    assert hidden.status_code == 404


async def test_the_api_of_the_quarantine(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.administrator) as api:
        listed = await api.get("/quarantine")
        given = await api.post(
            f"/quarantine/{scene.ids['text_id']}/assign",
            json={"department_id": str(house.world.department.id)},
        )

    assert [one["body"] for one in listed.json()["items"]] == [None]
    assert given.json()["department"] == "Pretrial"
