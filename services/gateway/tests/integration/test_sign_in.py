"""Signing in and out, and what keeps others from it (rule 1.4)."""

import re
from datetime import timedelta

import pytest
from services.gateway.tests.browsing import HASHER, House
from services.gateway.tests.world import NOW, PASSWORD
from sqlalchemy import text

from clientcomm_contracts.values import Role
from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import Database

pytestmark = pytest.mark.integration


async def test_a_right_password_opens_a_session_and_goes_on(house: House) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)
    browser = house.browser()
    await browser.get("/sign-in?next=%2Fsettings")

    answer = await browser.post(
        "/sign-in",
        {"email": " MARIA.gomez@example.org ", "password": PASSWORD, "next": "/settings"},
    )

    assert answer.status_code == 303
    assert answer.headers["location"] == "/settings"
    cookie = answer.headers.get_list("set-cookie")[0]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await browser.get("/settings")).status_code == 200


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/\t/evil"]
)
async def test_signing_in_never_leads_elsewhere(house: House, place: str) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)

    answer = await house.browser().post(
        "/sign-in", {"email": maria.email, "password": PASSWORD, "next": place}
    )

    assert answer.headers["location"] == "/conversations"


async def test_the_answer_does_not_tell_whether_an_account_exists(
    house: House, stopped_clock: None
) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    gone = house.world.add_staff("Gone Person", Role.CASE_MANAGER)
    await house.hire(maria)
    await house.hire(gone)
    await house.hire(gone, sequence=2, is_active=False)

    answers = []
    for email in (maria.email, "nobody.there@example.org", gone.email):
        browser = house.browser()
        for _ in range(5):
            answer = await browser.post(
                "/sign-in", {"email": email, "password": "wrong wrong wrong"}
            )
            answers.append((email, answer.status_code, answer.text.replace(email, "")))

    by_attempt = [answers[start::5] for start in range(5)]
    for same in by_attempt:
        assert len({status for _, status, _ in same}) == 1
        assert len({_without_token(page) for _, _, page in same}) == 1


async def test_after_ten_wrong_attempts_strangers_wait_but_a_known_browser_does_not(
    house: House, database_urls: DatabaseUrls
) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)
    known = house.browser()
    assert (await known.sign_in(maria)).status_code == 303
    await known.post("/sign-out")

    attacker = house.browser()
    for _ in range(10):
        await _let_time_pass(house, timedelta(minutes=1))
        answer = await attacker.post("/sign-in", {"email": maria.email, "password": "x" * 12})
        assert answer.status_code == 401
    await _let_time_pass(house, timedelta(minutes=1))
    locked = await attacker.post("/sign-in", {"email": maria.email, "password": PASSWORD})
    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) > 60

    assert (await known.sign_in(maria)).status_code == 303
    await _let_time_pass(house, timedelta(minutes=15))
    assert (await attacker.sign_in(maria)).status_code == 303
    deeds = [deed for deed, _, _ in await house.audited(database_urls.owner)]
    assert deeds.count("sign_in.failed") == 10
    assert deeds.count("sign_in.slowed") == 1
    assert deeds.count("sign_in.succeeded") == 3


async def test_the_fourth_wrong_attempt_has_to_wait(house: House, stopped_clock: None) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)
    browser = house.browser()

    statuses = [
        (await browser.post("/sign-in", {"email": maria.email, "password": "x" * 12})).status_code
        for _ in range(4)
    ]

    assert statuses == [401, 401, 401, 429]


async def test_deactivation_ends_every_session_and_token_at_once(house: House) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)
    first, second = house.browser(), house.browser()
    await first.sign_in(maria)
    await second.sign_in(maria)
    async with await house.api(maria) as api:
        assert (await api.get("/me")).status_code == 200

        await house.hire(maria, sequence=2, is_active=False)

        assert (await first.get("/conversations")).status_code == 303
        assert (await second.get("/conversations")).status_code == 303
        assert (await api.get("/me")).status_code == 401
    assert (await house.browser().sign_in(maria)).status_code == 401


async def test_who_comes_back_needs_a_new_password_and_no_old_session_or_token_lives_again(
    house: House,
) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)
    browser = house.browser()
    await browser.sign_in(maria)
    async with await house.api(maria) as api:
        await house.hire(maria, sequence=2, is_active=False, deactivations=1)
        await house.hire(maria, sequence=3, deactivations=1)

        assert (await api.get("/me")).status_code == 401
    assert (await browser.get("/conversations")).status_code == 303
    assert (await house.browser().sign_in(maria)).status_code == 401


async def test_the_end_of_an_account_counts_also_where_its_event_comes_last(house: House) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)
    browser = house.browser()
    await browser.sign_in(maria)

    await house.hire(maria, sequence=3, deactivations=1)
    fresh = await HASHER.hash("a wholly new password")
    await house.gateway.site.accounts.set_password(maria.id, fresh, NOW)
    await house.hire(maria, sequence=2, is_active=False, deactivations=1)
    await house.hire(maria, sequence=4, deactivations=1)

    assert (await browser.get("/conversations")).status_code == 303
    again = await house.browser().sign_in(maria, "a wholly new password")
    assert again.status_code == 303


async def test_an_older_event_about_staff_changes_nothing(house: House) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria, sequence=1)
    await house.hire(maria, sequence=5)

    await house.hire(maria, sequence=4, is_active=False)

    assert (await house.browser().sign_in(maria)).status_code == 303


async def test_a_session_ends_after_thirty_idle_minutes_and_after_twelve_hours(
    house: House,
) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)
    browser = house.browser()
    await browser.sign_in(maria)

    await _let_sessions_rest(house, "last_seen_at", "29 minutes")
    assert (await browser.get("/settings")).status_code == 200
    await _let_sessions_rest(house, "last_seen_at", "31 minutes")
    assert (await browser.get("/settings")).status_code == 303

    await browser.sign_in(maria)
    await _let_sessions_rest(house, "began_at", "12 hours")
    assert (await browser.get("/settings")).status_code == 303


async def test_what_a_script_fetches_keeps_no_session_alive(house: House) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)
    browser = house.browser()
    await browser.sign_in(maria)
    await _let_sessions_rest(house, "last_seen_at", "20 minutes")

    await browser.get("/live/regions")
    await _let_sessions_rest(house, "last_seen_at", "11 minutes")

    assert (await browser.get("/settings")).status_code == 303


async def test_signing_out_ends_the_session_for_whoever_has_the_cookie(house: House) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)
    browser = house.browser()
    await browser.sign_in(maria)
    stolen = dict(browser.client.cookies)

    answer = await browser.post("/sign-out")
    thief = house.browser()
    thief.client.cookies.update(stolen)

    assert answer.headers["location"] == "/sign-in?notice=signed_out"
    assert (await thief.get("/conversations")).status_code == 303


async def test_a_new_password_signs_out_everywhere_else(house: House) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)
    here, there = house.browser(), house.browser()
    await here.sign_in(maria)
    await there.sign_in(maria)
    fresh = "seven green bicycles"

    answer = await here.post(
        "/settings/password",
        {"current_password": PASSWORD, "new_password": fresh, "new_password_again": fresh},
    )

    assert answer.headers["location"] == "/settings?notice=password_changed"
    assert (await here.get("/settings")).status_code == 200
    assert (await there.get("/settings")).status_code == 303
    assert (await house.browser().sign_in(maria)).status_code == 401
    assert (await house.browser().sign_in(maria, fresh)).status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "again", "says"),
    [
        ("wrong wrong wrong", "seven green bicycles", None, "not your password"),
        (PASSWORD, "short", None, "at least 12"),
        (PASSWORD, "password1234", None, "guessed first"),
        (PASSWORD, "maria.gomez-2026", None, "your name"),
        (PASSWORD, "seven green bicycles", "seven green bicycle", "differ"),
    ],
)
async def test_a_password_that_will_not_do_is_refused_beside_its_field(
    house: House, current: str, new: str, again: str | None, says: str
) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)
    browser = house.browser()
    await browser.sign_in(maria)

    answer = await browser.post(
        "/settings/password",
        {"current_password": current, "new_password": new, "new_password_again": again or new},
    )

    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{new}"' not in answer.text
    assert (await house.browser().sign_in(maria)).status_code == 303


async def test_one_can_end_one_of_ones_own_sessions_and_nobody_elses(house: House) -> None:
    maria = house.world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    ben = house.world.add_staff("Ben Okafor", Role.CASE_MANAGER)
    await house.hire(maria)
    await house.hire(ben)
    here, there, bens = house.browser(), house.browser(), house.browser()
    await there.sign_in(maria)
    await here.sign_in(maria)
    await bens.sign_in(ben)
    sessions = await _session_ids(house)

    for session_id in sessions:
        await bens.post(f"/settings/sessions/{session_id}/end")
    assert (await here.get("/settings")).status_code == 200
    assert (await there.get("/settings")).status_code == 200

    await here.post("/settings/sessions/end")
    assert (await here.get("/settings")).status_code == 200
    assert (await there.get("/settings")).status_code == 303


def _without_token(page: str) -> str:

    return re.sub(r'(name="csrf_token" value|name="csrf-token" content)="[0-9a-f]*"', "", page)


async def _let_time_pass(house: House, time: timedelta) -> None:
    """Attempts lie further back."""
    await _run(house, f"UPDATE sign_in_attempt SET last_at = last_at - interval '{time}'")


async def _let_sessions_rest(house: House, column: str, how_long: str) -> None:
    await _run(house, f"UPDATE session SET {column} = {column} - interval '{how_long}'")


async def _session_ids(house: House) -> list[str]:
    async with house.database.transaction() as transaction:
        return [
            str(one)
            for one in (await transaction.execute(text("SELECT id FROM session"))).scalars()
        ]


async def _run(house: House, statement: str) -> None:
    database: Database = house.database
    async with database.transaction() as transaction:
        await transaction.execute(text(statement))
