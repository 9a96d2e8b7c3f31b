"""`python -m clientcomm_sms numbers` against the carrier simulator, by the official client."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr
from services.sms.tests.factories import OURS, a_department
from services.sms.tests.running import ACCOUNT, TOKEN, is_up, settings_of, simulator, until
from twilio.rest import Client

from clientcomm_local.databases import DatabaseUrls
from clientcomm_local.ports import free_port
from clientcomm_persistence import Database
from clientcomm_sms.adapters.directory import DirectoryTables
from clientcomm_sms.adapters.settings import Settings
from clientcomm_sms.wiring.numbers import look_or_set

MESSAGES = "https://texts.example.org/webhooks/twilio/message#rc=5&rp=all"

pytestmark = pytest.mark.integration


@dataclass
class Desk:
    """Where somebody types the command."""

    settings: Settings
    client: Client

    async def type(self, *, is_to_set: bool = False, with_calls: bool = False) -> tuple[int, str]:
        said: list[str] = []
        code = await look_or_set(
            self.settings, is_to_set=is_to_set, with_calls=with_calls, say=said.append
        )
        return code, "".join(said)

    async def urls(self) -> tuple[str, str, str]:
        (found,) = await asyncio.to_thread(
            self.client.incoming_phone_numbers.list, phone_number=OURS
        )
        return found.sms_url, found.sms_method, found.voice_url

    async def has(self, *numbers: str) -> None:
        url = self.settings.service_database_url.get_secret_value()
        database = Database(url, application_name="tests")
        department = a_department(numbers=numbers)
        await database.run(lambda tx: DirectoryTables().learn_departments(tx, [department]))
        await database.close()


@pytest.fixture
async def desk(
    database_for: Callable[[str], DatabaseUrls],
    tmp_path: Path,
) -> AsyncIterator[Desk]:
    with simulator(
        port=free_port(), smtp_port=free_port(), sms_port=free_port(), folder=tmp_path
    ) as url:
        settings = settings_of(
            database_url=database_for("sms").runtime, amqp_url="amqp://localhost",
            simulator_url=url, sms_port=8001, folder=tmp_path,
        ).model_copy(update={"sms_public_url": "https://texts.example.org/"})  # fmt: skip
        client = Client(ACCOUNT, TOKEN)
        client.api.base_url = url
        await until(lambda: is_up(f"{url}/simulator/faults"))
        yield Desk(settings, client)


async def test_it_shows_what_is_to_be_changed_and_changes_nothing(desk: Desk) -> None:
    await desk.has(OURS)
    before = await desk.urls()

    code, said = await desk.type()

    assert code == 1
    assert said == f"{OURS}  sms_url is to be changed from {before[0]} to {MESSAGES}\n"
    assert await desk.urls() == before


async def test_set_writes_the_address_with_retries_says_so_and_then_changes_nothing(
    desk: Desk,
) -> None:
    await desk.has(OURS)
    _, _, voice = await desk.urls()

    first, again, shown = [
        await desk.type(is_to_set=True), await desk.type(is_to_set=True), await desk.type()
    ]  # fmt: skip

    assert first[0] == 0
    assert f"to {MESSAGES}\n" in first[1]
    assert again == shown == (0, f"{OURS}  sms_url {MESSAGES}\n{OURS}  sms_method POST\n")
    assert await desk.urls() == (MESSAGES, "POST", voice)


async def test_calls_come_to_us_too_where_that_is_asked_for(desk: Desk) -> None:
    await desk.has(OURS)

    await desk.type(is_to_set=True, with_calls=True)

    assert (await desk.urls())[2] == "https://texts.example.org/webhooks/twilio/voice"


async def test_a_number_that_the_account_does_not_have_is_named_and_costs_no_other(
    desk: Desk,
) -> None:
    await desk.has("+15005550199", OURS)

    code, said = await desk.type(is_to_set=True)

    assert code == 1
    assert "+15005550199  in use, but not in the carrier's account\n" in said
    assert (await desk.urls())[0] == MESSAGES


async def test_a_refusal_of_the_carrier_is_told_in_its_words(desk: Desk) -> None:
    await desk.has(OURS)
    desk.settings = desk.settings.model_copy(update={"twilio_auth_token": SecretStr("wrong")})

    code, said = await desk.type(is_to_set=True)

    assert code == 1
    assert said.startswith("The numbers could not be read: the carrier refused (401, code 20003)")


async def test_a_carrier_that_is_not_there_is_named(desk: Desk) -> None:
    await desk.has(OURS)
    nowhere = "http://127.0.0.1:1"
    desk.settings = desk.settings.model_copy(update={"twilio_api_url": nowhere})

    code, said = await desk.type()

    assert (code, said) == (1, f"The numbers could not be read: no answer from {nowhere}\n")


async def test_nothing_is_set_while_nobody_said_where_the_carrier_finds_us(desk: Desk) -> None:
    await desk.has(OURS)
    before = await desk.urls()
    desk.settings = desk.settings.model_copy(update={"sms_public_url": ""})

    code, said = await desk.type(is_to_set=True)

    assert code == 2
    assert "CLIENTCOMM_SMS_PUBLIC_URL" in said
    assert await desk.urls() == before
