"""First-run set-up by page: once, with the code, and a test text at the end."""

import asyncio

import pytest
from services.gateway.tests.browsing import House

from clientcomm_contracts.conversations.clients import AddClient
from clientcomm_contracts.conversations.messages import SendMessage
from clientcomm_contracts.conversations.set_up import SetUpInstallation
from clientcomm_contracts.values import Role
from clientcomm_gateway.adapters.people_commands import print_set_up_code
from clientcomm_gateway.domain.set_up_code import is_set_up_code, set_up_code
from clientcomm_local.databases import DatabaseUrls

pytestmark = pytest.mark.integration

PASSWORD = "seven quiet rivers bend"


def _typed(house: House, **changes: str) -> dict[str, str]:
    return {
        "code": set_up_code(house.gateway.site.secret_key),
        "organisation_name": "Elm County",
        "department_name": "Pretrial",
        "number": "2025550100",
        "time_zone": "America/New_York",
        "full_name": "Ann Lee",
        "email": "Ann@elm.example",
        "new_password": PASSWORD,
        "new_password_again": PASSWORD,
        "has_clients": "1",
        **changes,
    }


async def test_an_empty_installation_is_set_up_once_and_a_test_text_goes_out(
    house: House, database_urls: DatabaseUrls, capsys: pytest.CaptureFixture[str]
) -> None:
    house.owners.is_empty = True
    browser = house.browser()
    assert await print_set_up_code(house.gateway.settings, house.database) == 0
    printed = capsys.readouterr().out
    assert set_up_code(house.gateway.site.secret_key) in printed
    page = await browser.get("/set-up")
    assert page.status_code == 200

    done = await browser.post("/set-up", _typed(house))

    assert done.headers["location"] == "/set-up/test-text"
    test = await browser.get("/set-up/test-text")
    assert test.status_code == 200
    missing = await browser.post("/set-up/test-text", {"phone": ""})
    sent = await browser.post("/set-up/test-text", {"phone": "202-555-0199"})
    assert missing.status_code == 422
    (text,) = [one for one in house.owners.asked if isinstance(one, SendMessage)]
    assert sent.headers["location"].startswith(f"/conversations/{text.conversation_id}")
    (client,) = [one for one in house.owners.asked if isinstance(one, AddClient)]
    assert client.last_name == "Ann Lee"
    assert (await browser.get("/set-up")).status_code == 404
    assert (await browser.post("/set-up", _typed(house))).status_code == 404
    await print_set_up_code(house.gateway.settings, house.database)
    assert capsys.readouterr().out == ""
    deeds = [deed for deed, _, _ in await house.audited(database_urls.owner)]
    assert "installation.set_up" in deeds
    again = house.browser()
    await again.get("/sign-in")
    answer = await again.post("/sign-in", {"email": "ann@elm.example", "password": PASSWORD})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"code": "wrong-code"}, 403),
        ({"code": ""}, 403),
        ({"organisation_name": " "}, 422),
        ({"number": "12"}, 422),
        ({"time_zone": "Mars/Base"}, 422),
        ({"new_password": "short", "new_password_again": "short"}, 422),
        ({"new_password_again": "another sentence of words"}, 422),
        ({"full_name": "x" * 300}, 422),
    ],
)
async def test_a_wrong_set_up_changes_nothing_and_keeps_what_was_typed(
    house: House, changes: dict[str, str], status: int
) -> None:
    house.owners.is_empty = True
    browser = house.browser()
    await browser.get("/set-up")

    refused = await browser.post("/set-up", _typed(house, **changes))

    assert refused.status_code == status
    assert "usa-error-message" in refused.text
    assert 'value="Pretrial"' in refused.text
    assert PASSWORD not in refused.text
    assert house.owners.is_empty


async def test_an_empty_installation_leads_to_its_set_up(house: House) -> None:
    house.owners.is_empty = True
    browser = house.browser()

    front_door = await browser.get("/")
    sign_in = await browser.get("/sign-in")
    refused = await browser.post("/sign-in", {"email": "a@elm.example", "password": PASSWORD})
    elsewhere = await browser.get("/conversations")
    house.owners.away = True
    without_owners = [await browser.get(path) for path in ("/", "/sign-in")]

    assert (front_door.status_code, front_door.headers["location"]) == (303, "/set-up")
    for page in (sign_in, refused):
        assert 'href="/set-up"' in page.text
    assert elsewhere.headers["location"].startswith("/sign-in")
    assert without_owners[0].headers["location"] == "/sign-in"
    assert without_owners[1].status_code == 200
    assert "/set-up" not in without_owners[1].text


async def test_where_somebody_has_an_account_nobody_is_led_to_the_set_up(house: House) -> None:
    await house.hire(house.world.add_staff("Cleo Chief", Role.ADMINISTRATOR))
    browser = house.browser()

    front_door, sign_in = await browser.get("/"), await browser.get("/sign-in")

    assert front_door.headers["location"] == "/sign-in"
    assert "/set-up" not in sign_in.text
    assert not house.owners.asked


async def test_codes_are_not_guessed(house: House) -> None:
    house.owners.is_empty = True
    browser = house.browser()
    await browser.get("/set-up")

    codes = [
        (await browser.post("/set-up", _typed(house, code=f"guess-{n}"))).status_code
        for n in range(24)
    ]

    assert codes[0] == 403
    assert codes[-1] == 429
    assert not [one for one in house.owners.asked if isinstance(one, SetUpInstallation)]


async def test_of_two_at_once_one_is_the_first(house: House) -> None:
    house.owners.is_empty = True
    browsers = [house.browser() for _ in range(2)]
    for browser in browsers:
        await browser.get("/set-up")

    answers = await asyncio.gather(
        *(browser.post("/set-up", _typed(house)) for browser in browsers)
    )

    assert min(answer.status_code for answer in answers) == 303
    assert sum(answer.status_code == 303 for answer in answers) == 1


async def test_the_test_text_is_for_who_has_clients(house: House) -> None:
    chief = house.world.add_staff("Cleo Chief", Role.ADMINISTRATOR)
    await house.hire(chief)
    browser = house.browser()
    await browser.sign_in(chief)

    page = await browser.get("/set-up/test-text")
    sent = await browser.post("/set-up/test-text", {"phone": "202-555-0199"})

    assert page.status_code == 200
    assert 'name="phone"' not in page.text
    assert 'href="/staff"' in page.text
    assert sent.status_code == 404


async def test_who_has_no_clients_is_led_on_to_inviting_staff(house: House) -> None:
    house.owners.is_empty = True
    browser = house.browser()
    await browser.get("/set-up")

    done = await browser.post("/set-up", _typed(house, has_clients=""))
    page = await browser.get(done.headers["location"])

    assert page.status_code == 200
    assert "Everything is set up" in page.text
    assert 'name="phone"' not in page.text


def test_a_code_may_be_typed_in_any_way_and_belongs_to_one_installation() -> None:
    code = set_up_code("one key of sixteen signs")

    assert is_set_up_code(f" {code.upper().replace('-', ' ')} ", "one key of sixteen signs")
    assert not is_set_up_code(code, "another key of sixteen signs")
    assert not is_set_up_code("", "one key of sixteen signs")
    assert not is_set_up_code("ü" * 16, "one key of sixteen signs")
