"""Departments: adding, settings, number, lists, closing (rules 2.3, 2.10-2.12, 6.1)."""

import re
from datetime import date

import pytest
from services.gateway.tests.browsing import Browser, House

from clientcomm_contracts.conversations.departments import (
    AddDepartment,
    Colour,
    DepartmentRules,
    EditDepartment,
    SetDepartmentList,
)
from clientcomm_contracts.conversations.events import HeldRole
from clientcomm_contracts.conversations.views import StaffView
from clientcomm_contracts.values import Role
from clientcomm_local.databases import DatabaseUrls

pytestmark = pytest.mark.integration


async def _administrator(house: House) -> tuple[Browser, StaffView]:
    chief = house.world.add_staff("Cleo Chief", Role.ADMINISTRATOR)
    everywhere = chief.model_copy(update={"roles": (HeldRole(role=Role.ADMINISTRATOR),)})
    house.world.staff[chief.id] = everywhere
    await house.hire(everywhere)
    browser = house.browser()
    await browser.sign_in(everywhere)
    return browser, everywhere


def _shown(page: str) -> dict[str, str]:
    """What the settings' fields hold."""
    fields = dict(
        re.findall(r'<input class="usa-input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page)
    )
    fields |= dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n([^<]*)</textarea>', page))
    return fields


async def test_pages_of_departments_do_not_exist_for_others(house: House) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER, Role.SUPERVISOR)
    await house.hire(maria)
    browser = house.browser()
    await browser.sign_in(maria)
    here = f"/departments/{house.world.department.id}"

    for path in ("/departments", "/departments/new", here, f"{here}/close"):
        assert (await browser.get(path)).status_code == 404, path
    for path in (here, f"{here}/number", f"{here}/lists/statuses", f"{here}/close"):
        assert (await browser.post(path, {})).status_code == 404, path


async def test_a_department_is_added_and_a_wrong_number_keeps_the_form(
    house: House, database_urls: DatabaseUrls
) -> None:
    browser, chief = await _administrator(house)
    await browser.get("/departments/new")
    typed = {"department_name": "Parole", "time_zone": "America/Denver", "number": "words"}

    refused = await browser.post("/departments/new", typed)
    done = await browser.post("/departments/new", {**typed, "number": "2025550188"})

    assert refused.status_code == 422
    assert 'value="Parole"' in refused.text
    assert done.status_code == 303
    assert (await browser.get(done.headers["location"])).status_code == 200
    (_first, second) = [one for one in house.owners.asked if isinstance(one, AddDepartment)]
    assert second.time_zone == "America/Denver"
    deeds = [deed for deed, who, _ in await house.audited(database_urls.owner) if who == chief.id]
    assert "department.added" in deeds


async def test_settings_are_saved_as_they_are_shown(
    house: House, database_urls: DatabaseUrls
) -> None:
    browser, _ = await _administrator(house)
    here = f"/departments/{house.world.department.id}"
    page = await browser.get(here)
    shown = _shown(page.text)
    assert (shown["monday_starts"], shown["saturday_starts"]) == ("08:00", "")
    assert shown["escalate_hours"] == "4"
    changes = {
        "time_zone": "America/New_York",
        "language": "en",
        "escalate_hours": "1.5",
        "saturday_starts": "09:00",
        "saturday_ends": "12:00",
        "monday_starts": "",
        "monday_ends": "",
        "holidays": "2026-12-25\r\n2026-07-04",
        "unknown_sender_es": "¿Quién es?",
        "silent_help_en": "1",
        "first_text_es": "STOP: no más. HELP: ayuda.",
    }

    saved = await browser.post(here, {**shown, **changes})

    assert saved.status_code == 303
    rules = next(one for one in house.owners.asked if isinstance(one, EditDepartment)).rules
    assert isinstance(rules, DepartmentRules)
    assert rules.escalate_after_minutes == 90
    assert rules.office_hours.monday is None
    assert rules.office_hours.saturday is not None
    assert rules.office_hours.saturday.ends == "12:00"
    assert set(rules.holidays) == {date(2026, 12, 25), date(2026, 7, 4)}
    assert rules.automatic_replies["es"].unknown_sender == "¿Quién es?"
    assert rules.automatic_replies["en"].help == ""
    assert rules.automatic_replies["en"].unknown_sender is None
    assert rules.automatic_replies["es"].first_text == "STOP: no más. HELP: ayuda."
    assert rules.automatic_replies["en"].first_text is None
    again = await browser.get(here)
    assert "¿Quién es?" in again.text
    assert re.search(r'name="silent_help_en" value="1" checked', again.text)
    assert "silent_first_text" not in again.text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("holidays", "Christmas"),
        ("escalate_hours", "soon"),
        ("escalate_hours", "-1"),
        ("escalate_hours", "nan"),
        ("escalate_hours", "1e300"),
        ("monday_starts", ""),
        ("monday_ends", "25:00"),
        ("quiet_starts", "9pm"),
    ],
)
async def test_what_cannot_be_stands_beside_its_field_and_is_kept(
    house: House, field: str, typed: str
) -> None:
    browser, _ = await _administrator(house)
    here = f"/departments/{house.world.department.id}"
    shown = _shown((await browser.get(here)).text)

    refused = await browser.post(here, {**shown, field: typed, "time_zone": "America/New_York"})

    assert refused.status_code == 422
    assert "usa-error-message" in refused.text
    assert typed in refused.text
    assert not [one for one in house.owners.asked if isinstance(one, EditDepartment)]


async def test_the_number_changes_and_the_old_one_is_shown_as_receiving(house: House) -> None:
    browser, _ = await _administrator(house)
    here = f"/departments/{house.world.department.id}"
    await browser.get(here)

    refused = await browser.post(f"{here}/number", {"number": "none"})
    done = await browser.post(f"{here}/number", {"number": "+12025550111"})

    assert refused.status_code == 422
    assert done.status_code == 303
    page = (await browser.get(here)).text
    assert "(202) 555-0111" in page
    assert "still receives" in page


async def test_lists_are_edited_line_by_line(house: House) -> None:
    browser, _ = await _administrator(house)
    here = f"/departments/{house.world.department.id}"
    await browser.get(here)
    first = {
        "label_0": "Warrant", "colour_0": "red", "days_0": "14", "offered_0": "1",
        "label_2": "Active", "colour_2": "green", "days_2": "", "offered_2": "1",
    }  # fmt: skip

    done = await browser.post(f"{here}/lists/statuses", first)
    wrong = await browser.post(f"{here}/lists/statuses", {**first, "days_0": "soon"})
    none = await browser.post(f"{here}/lists/outcomes", {})
    nowhere = await browser.post(f"{here}/lists/colours", {})

    assert done.status_code == 303
    asked = next(one for one in house.owners.asked if isinstance(one, SetDepartmentList))
    assert [(one.label, one.colour, one.follow_up_days) for one in asked.labels] == [
        ("Warrant", Colour.RED, 14),
        ("Active", Colour.GREEN, None),
    ]
    assert wrong.status_code == none.status_code == 422
    assert "Leave at least one outcome." in none.text
    assert nowhere.status_code == 404
    assert 'value="Warrant"' in (await browser.get(here)).text


async def test_closing_says_first_who_would_be_left_behind(house: House) -> None:
    browser, _ = await _administrator(house)
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    house.world.add_client("Dan", "Reed", "+12025550123", maria)
    here = f"/departments/{house.world.department.id}"

    page = await browser.get(f"{here}/close")
    refused = await browser.post(f"{here}/close", {})

    assert "1 conversation is still active." in page.text
    assert 'action="/departments' not in page.text
    assert refused.status_code == 409
    made = await browser.post(
        "/departments/new",
        {"department_name": "Empty", "time_zone": "America/Denver", "number": "2025550188"},
    )
    empty = made.headers["location"].split("?")[0]
    closing = (await browser.get(f"{empty}/close")).text
    assert "No conversation is active." in closing
    assert "0 conversations are kept." in closing
    assert "1 number goes on receiving" in closing
    assert "0 people texted this department in the last 30 days" in closing
    assert (await browser.post(f"{empty}/close", {})).status_code == 303
    assert "This department is closed." in (await browser.get(empty)).text


async def test_programs_do_the_same(house: House) -> None:
    _, chief = await _administrator(house)
    async with await house.api(chief) as api:
        made = await api.post(
            "/departments",
            json={"name": "Parole", "time_zone": "America/Denver", "number": "2025550188"},
        )
        here = f"/departments/{made.json()['id']}"
        shown = (await api.get(here)).json()
        rules = {**shown["rules"], "escalate_after_minutes": 0}
        changed = await api.patch(here, json={"rules": rules})
        wrong = await api.patch(here, json={"rules": {**rules, "quiet_hours": {"starts": "9"}}})
        listed = await api.put(
            f"{here}/lists/categories", json={"items": [{"label": "VIP", "colour": "violet"}]}
        )
        number = await api.post(f"{here}/number", json={"number": "+12025550111"})
        closing = await api.get(f"{here}/closing")
        closed = await api.post(f"{here}/close")

    assert made.status_code == 201
    assert closing.json() == {
        "active_conversations": 0, "conversations": 0, "numbers": 2, "lately_heard": 0,
    }  # fmt: skip
    assert changed.json()["rules"]["escalate_after_minutes"] == 0
    assert wrong.status_code == 422
    assert listed.json()["categories"][0]["colour"] == "violet"
    assert [one["until"] is None for one in number.json()["numbers"]] == [True, False]
    assert closed.json()["is_closed"] is True
