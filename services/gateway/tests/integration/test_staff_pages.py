"""Staff: inviting, one-time links, roles, deactivating (rules 1.4, 1.6, 6.2)."""

import re
from datetime import timedelta

import psycopg
import pytest
from services.gateway.tests.browsing import ORIGIN, RENDERER, House
from services.gateway.tests.world import NOW, PASSWORD

from clientcomm_chassis import SystemClock, new_id
from clientcomm_contracts.conversations.staff import DeactivateStaff, EditStaff, InviteStaff
from clientcomm_contracts.conversations.views import StaffView
from clientcomm_contracts.notices import NoticeKind
from clientcomm_contracts.values import Role
from clientcomm_gateway.adapters.mail.letters import Writer
from clientcomm_gateway.adapters.store.links import PostgresLinks
from clientcomm_gateway.domain.mail import LinkKind, Mail
from clientcomm_local.databases import DatabaseUrls

pytestmark = pytest.mark.integration

GOOD = "seven quiet rivers bend"


async def _administrator(house: House) -> StaffView:
    chief = house.world.add_staff("Cleo Chief", Role.ADMINISTRATOR)
    await house.hire(chief)
    return chief


async def _link(house: House, staff: StaffView, kind: LinkKind) -> str:
    """As the e-mail carries it."""
    links = PostgresLinks(house.database, SystemClock(), house.gateway.site.secret_key)
    mail_kind = NoticeKind.INVITED if kind is LinkKind.INVITATION else kind
    mail = Mail(new_id(), staff.id, mail_kind.value, created_at=NOW)
    writer = Writer(RENDERER, links, ORIGIN, SystemClock())
    account = await house.gateway.site.accounts.by_id(staff.id)
    assert account is not None
    letter = await writer.write(mail, account)
    found = re.search(rf"{ORIGIN}(/\S+)", letter.body)
    assert found
    return found[1]


def _mails(urls: DatabaseUrls) -> list[tuple[str, str]]:
    with psycopg.connect(urls.owner) as connection:
        return connection.execute("SELECT staff_id::text, kind FROM mail ORDER BY id").fetchall()


async def test_an_administrator_invites_and_the_form_keeps_what_was_typed(
    house: House, database_urls: DatabaseUrls
) -> None:
    chief = await _administrator(house)
    place = house.world.department.id
    browser = house.browser()
    await browser.sign_in(chief)
    page = await browser.get("/staff/new")
    assert page.text.count('type="checkbox"') == len(Role)
    typed = {"full_name": "Ann Lee", "email": "ann@elm.example", "language": "en"}

    refused = await browser.post("/staff/new", typed)
    done = await browser.post("/staff/new", {**typed, "role": f"case_manager:{place}"})
    again = await browser.post("/staff/new", {**typed, "role": f"auditor:{place}"})

    assert refused.status_code == 422
    assert 'value="Ann Lee"' in refused.text
    assert done.status_code == 303
    assert again.status_code == 409
    assert re.search(rf'value="auditor:{place}" checked', again.text)
    asked = [one for one in house.owners.asked if isinstance(one, InviteStaff)]
    assert asked[1].roles[0].role is Role.CASE_MANAGER
    listed = await browser.get("/staff?notice=staff_invited")
    assert "Ann Lee" in listed.text
    assert "Invited, no password yet" in listed.text
    deeds = [deed for deed, staff_id, _ in await house.audited(database_urls.owner)]
    assert "staff.invited" in deeds


async def test_pages_of_staff_do_not_exist_for_others(house: House) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER, Role.SUPERVISOR)
    await house.hire(maria)
    browser = house.browser()
    await browser.sign_in(maria)

    for path in ("/staff", "/staff/new", f"/staff/{maria.id}", f"/staff/{maria.id}/deactivate"):
        assert (await browser.get(path)).status_code == 404, path
    assert (await browser.post(f"/staff/{maria.id}/link")).status_code == 404
    assert "/staff" not in (await browser.get("/settings")).text


async def test_an_invitation_sets_a_password_once_and_signs_in(house: House) -> None:
    ann = house.world.add_staff("Ann Lee", Role.CASE_MANAGER)
    await house.hire(ann, sequence=2)
    first = await _link(house, ann, LinkKind.INVITATION)
    second = await _link(house, ann, LinkKind.INVITATION)
    browser = house.browser()

    page = await browser.get(first)
    assert "Ann Lee" in page.text
    short = await browser.post(first, {"new_password": "short", "new_password_again": "short"})
    differ = await browser.post(first, {"new_password": GOOD, "new_password_again": GOOD + "x"})
    done = await browser.post(first, {"new_password": GOOD, "new_password_again": GOOD})

    assert short.status_code == differ.status_code == 422
    assert GOOD not in differ.text
    assert done.status_code == 303
    assert (await browser.get("/settings")).status_code == 200
    stranger = house.browser()
    for link in (first, second):
        assert (await stranger.get(link)).status_code == 404
    other = {
        "new_password": "another nine words here",
        "new_password_again": "another nine words here",
    }
    await stranger.get("/sign-in")
    assert (await stranger.post(second, other)).status_code == 404
    assert (await house.browser().sign_in(ann, GOOD)).status_code == 303


async def test_a_link_ends_with_its_time_and_with_the_account(
    house: House, database_urls: DatabaseUrls
) -> None:
    ann = house.world.add_staff("Ann Lee", Role.CASE_MANAGER)
    await house.hire(ann)
    link = await _link(house, ann, LinkKind.PASSWORD_RESET)
    invitation = await _link(house, ann, LinkKind.INVITATION)
    browser = house.browser()
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        rows = connection.execute("SELECT kind, expires_at - made_at FROM one_time_link").fetchall()
        assert dict(rows) == {
            "password_reset": timedelta(hours=1),
            "invitation": timedelta(hours=72),
        }
        assert (await browser.get(link)).status_code == 200
        connection.execute(
            "UPDATE one_time_link SET expires_at = now() WHERE kind = 'password_reset'"
        )

    assert (await browser.get(link)).status_code == 404
    assert (await browser.get("/password-reset/nonsense")).status_code == 404
    assert (await browser.get(link.replace("password-reset", "invitation"))).status_code == 404
    assert (await browser.get(invitation)).status_code == 200
    await house.hire(ann, sequence=2, is_active=False)
    assert (await browser.get(invitation)).status_code == 404


async def test_a_reset_ends_every_session(house: House) -> None:
    ann = house.world.add_staff("Ann Lee", Role.CASE_MANAGER)
    await house.hire(ann)
    elsewhere = house.browser()
    await elsewhere.sign_in(ann)
    link = await _link(house, ann, LinkKind.PASSWORD_RESET)
    browser = house.browser()
    await browser.get(link)

    done = await browser.post(link, {"new_password": GOOD, "new_password_again": GOOD})

    assert done.status_code == 303
    assert (await elsewhere.get("/settings")).status_code == 303
    assert (await house.browser().sign_in(ann, PASSWORD)).status_code == 401


async def test_a_forgotten_password_answers_everybody_alike(
    house: House, database_urls: DatabaseUrls
) -> None:
    ann = house.world.add_staff("Ann Lee", Role.CASE_MANAGER)
    gone = house.world.add_staff("Gone Person", Role.CASE_MANAGER)
    await house.hire(ann)
    await house.hire(gone)
    await house.hire(gone, sequence=2, is_active=False)

    answers = []
    for email in (f" {ann.email.upper()} ", gone.email, "nobody@elm.example"):
        browser = house.browser()
        await browser.get("/password-reset")
        answers.append(await browser.post("/password-reset", {"email": email}))

    assert {answer.status_code for answer in answers} == {200}
    assert len({re.sub(r'(content|value)="[0-9a-f]{64,}"', "", a.text) for a in answers}) == 1
    assert _mails(database_urls) == [(str(ann.id), "password_reset")]


async def test_asking_for_links_is_slowed(house: House, database_urls: DatabaseUrls) -> None:
    ann = house.world.add_staff("Ann Lee", Role.CASE_MANAGER)
    await house.hire(ann)
    browser = house.browser()
    await browser.get("/password-reset")

    codes = [
        (await browser.post("/password-reset", {"email": ann.email})).status_code for _ in range(6)
    ]

    assert codes[:3] == [200, 200, 200]
    assert codes[-1] == 429
    assert len(_mails(database_urls)) < 6


async def test_a_link_goes_to_whom_an_administrator_says(
    house: House, database_urls: DatabaseUrls
) -> None:
    chief = await _administrator(house)
    ann = house.world.add_staff("Ann Lee", Role.CASE_MANAGER)
    new = house.world.add_staff("New Person", Role.CASE_MANAGER)
    await house.hire(ann)
    await house.hire(new, sequence=2)
    browser = house.browser()
    await browser.sign_in(chief)

    for person, notice in ((ann, "reset_link_sent"), (new, "invitation_sent")):
        page = await browser.get(f"/staff/{person.id}")
        key = re.search(r'name="repeat_key" value="(link-[^"]{8,})"', page.text)
        assert key
        for _ in range(2):  # a double click sends one
            answer = await browser.post(f"/staff/{person.id}/link", {"repeat_key": key[1]})
            assert answer.headers["location"] == f"/staff/{person.id}?notice={notice}"
        assert (await browser.get(answer.headers["location"])).status_code == 200

    assert sorted(_mails(database_urls)) == sorted(
        [(str(ann.id), "password_reset"), (str(new.id), "invited")]
    )


async def test_roles_that_the_page_does_not_show_stay(house: House) -> None:
    chief = await _administrator(house)
    ann = house.world.add_staff("Ann Lee", Role.CASE_MANAGER)
    far = house.world.other_department.id
    held = ann.roles[0].model_copy(update={"department_id": far})
    house.world.staff[ann.id] = ann.model_copy(update={"roles": (*ann.roles, held)})
    browser = house.browser()
    await browser.sign_in(chief)
    page = await browser.get(f"/staff/{ann.id}")
    assert re.search(rf'value="case_manager:{house.world.department.id}" checked', page.text)

    place = house.world.department.id
    saved = await browser.post(
        f"/staff/{ann.id}",
        {"full_name": "Ann Lee", "email": ann.email, "role": f"supervisor:{place}"},
    )

    assert saved.status_code == 303
    (asked,) = [one for one in house.owners.asked if isinstance(one, EditStaff)]
    assert [(one.role, one.department_id) for one in asked.roles or ()] == [
        (Role.CASE_MANAGER, far),
        (Role.SUPERVISOR, place),
    ]


async def test_deactivating_says_first_what_happens_and_asks_who_takes_over(
    house: House, database_urls: DatabaseUrls
) -> None:
    chief = await _administrator(house)
    ann = house.world.add_staff("Ann Lee", Role.CASE_MANAGER)
    kim = house.world.add_staff("Kim Park", Role.CASE_MANAGER)
    desk = house.world.add_staff("Des Front", Role.FRONT_DESK)
    talks = [house.world.add_client("Dan", name, "+12025550123", ann) for name in ("A", "B", "C")]
    house.world.change(talks[0], scheduled_count=2)
    browser = house.browser()
    await browser.sign_in(chief)

    page = await browser.get(f"/staff/{ann.id}/deactivate")
    assert "3 clients need somebody else." in page.text
    assert "2 scheduled texts move with them." in page.text
    assert "Kim Park" in page.text
    assert str(desk.id) not in page.text
    assert not [one for one in house.owners.asked if isinstance(one, DeactivateStaff)]
    done = await browser.post(
        f"/staff/{ann.id}/deactivate",
        {"others_to": str(kim.id), f"to_{talks[1].row.id}": "inbox", f"to_{talks[2].row.id}": ""},
    )

    assert done.headers["location"] == "/staff?notice=staff_deactivated"
    holders = [talk.row.assigned_to and talk.row.assigned_to.full_name for talk in talks]
    assert holders == ["Kim Park", None, "Kim Park"]
    listed = await browser.get("/staff")
    assert "Deactivated" in listed.text
    entries = await house.audited(database_urls.owner)
    assert ("staff.deactivated", chief.id, [ann.id]) in entries


async def test_programs_do_the_same(house: House, database_urls: DatabaseUrls) -> None:
    chief = await _administrator(house)
    ann = house.world.add_staff("Ann Lee", Role.CASE_MANAGER)
    await house.hire(ann)
    talk = house.world.add_client("Dan", "Reed", "+12025550123", ann)
    role = {"role": "case_manager", "department_id": str(house.world.department.id)}
    new = {"full_name": "New One", "email": "new@elm.example", "roles": [role]}
    async with await house.api(chief) as api:
        made = [
            await api.post("/staff", json=new, headers={"Idempotency-Key": "same"})
            for _ in range(2)
        ]
        changed = await api.patch(f"/staff/{ann.id}", json={"full_name": "Ann Leeward"})
        once = {"Idempotency-Key": "once"}
        links = [await api.post(f"/staff/{ann.id}/link", headers=once) for _ in range(2)]
        elsewhere = await api.post(f"/staff/{chief.id}/link", headers=once)
        caseload = await api.get(f"/staff/{ann.id}/caseload")
        gone = await api.post(f"/staff/{ann.id}/deactivate", json={})
        wrong = await api.post("/staff", json={**new, "password": "x"})

    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json()["id"] == made[1].json()["id"]
    assert changed.json()["full_name"] == "Ann Leeward"
    assert [link.json() for link in links] == [{"kind": "password_reset"}] * 2
    assert elsewhere.status_code == 422
    assert _mails(database_urls).count((str(ann.id), "password_reset")) == 1
    assert caseload.json()["items"][0]["conversation_id"] == str(talk.row.id)
    assert (gone.json()["handed_over"], gone.json()["to_inbox"]) == (0, 1)
    assert wrong.status_code == 422
    deeds = [deed for deed, _, _ in await house.audited(database_urls.owner)]
    assert {"staff.edited", "staff.deactivated"} <= set(deeds)
    assert deeds.count("one_time_link.sent") == 1


async def test_who_was_deactivated_comes_back_by_one_button(
    house: House, database_urls: DatabaseUrls
) -> None:
    chief = await _administrator(house)
    browser = house.browser()
    await browser.sign_in(chief)
    ann = house.world.add_staff("Ann Lee", Role.CASE_MANAGER)
    await house.hire(ann)
    here = f"/staff/{ann.id}"
    await browser.post(f"{here}/deactivate", {})

    page = await browser.get(here)
    back = await browser.post(f"{here}/reactivate", {})
    again = await browser.post(f"{here}/reactivate", {})

    assert f'action="{here}/reactivate"' in page.text
    assert "Case manager (Pretrial)" in page.text
    assert back.headers["location"] == f"{here}?notice=staff_reactivated"
    assert again.headers["location"] == f"{here}?notice=staff_reactivated"
    assert house.world.staff[ann.id].is_active
    entries = await house.audited(database_urls.owner)
    assert entries.count(("staff.reactivated", chief.id, [ann.id])) == 1


async def test_programs_let_somebody_come_back(house: House) -> None:
    chief = await _administrator(house)
    ann = house.world.add_staff("Ann Lee", Role.CASE_MANAGER)
    await house.hire(ann)
    async with await house.api(chief) as api:
        early = await api.post(f"/staff/{ann.id}/reactivate")
        await api.post(f"/staff/{ann.id}/deactivate", json={})
        back = await api.post(f"/staff/{ann.id}/reactivate", headers={"Idempotency-Key": "1"})
        same = await api.post(f"/staff/{ann.id}/reactivate", headers={"Idempotency-Key": "1"})
    async with await house.api(ann) as api:
        hidden = await api.post(f"/staff/{ann.id}/reactivate")

    assert (early.status_code, early.json()["code"]) == (409, "is_active")
    assert back.json()["is_active"] is True
    assert same.json() == back.json()
    assert hidden.status_code == 404
