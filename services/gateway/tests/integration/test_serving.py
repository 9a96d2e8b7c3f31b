"""The whole process: on a real broker and database, and while either is away."""

from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from services.gateway.tests.browsing import HASHER, a_house
from services.gateway.tests.owners.memory import MemoryOwners
from services.gateway.tests.serving import eventually, over_the_bus
from services.gateway.tests.world import NOW, PASSWORD, World

from clientcomm_bus import Broker, Item, Outgoing, Publisher
from clientcomm_chassis import running
from clientcomm_contracts.conversations.events import HeldRole, StaffChangedV1
from clientcomm_contracts.conversations.views import StaffView
from clientcomm_contracts.topology import EVENTS
from clientcomm_contracts.values import Role
from clientcomm_gateway.adapters.store.accounts import PostgresAccounts
from clientcomm_gateway.settings import GatewaySettings
from clientcomm_gateway.wiring import components, database_of
from clientcomm_local.databases import DatabaseUrls
from clientcomm_local.ports import free_port
from clientcomm_testkit.brokers import VirtualHost
from clientcomm_testkit.stopwatch import Stopwatch

pytestmark = pytest.mark.integration


def _settings(database: str, amqp: str, folder: Path, port: int) -> GatewaySettings:
    return GatewaySettings.model_validate(
        {
            "service_database_url": database,
            "amqp_url": amqp,
            "secret_key": "a-key-for-tests-only-and-nothing-else",
            "object_store_url": folder.as_uri(),
            "gateway_port": port,
            "process_name": "gateway-test",
        }
    )


async def _tell(vhost: VirtualHost, staff: StaffView, *, sequence: int, is_active: bool) -> None:
    """conversations tells of a member of staff."""
    broker = Broker(vhost.url_of("conversations"), process_name="test-conversations")
    await broker.start()
    event = StaffChangedV1(
        aggregate_id=staff.id,
        sequence=sequence,
        occurred_at=NOW,
        full_name=staff.full_name,
        email=staff.email,
        is_active=is_active,
        roles=(HeldRole(role=Role.CASE_MANAGER),),
    )
    item = Item(uuid4(), event.name, event.write())
    await Publisher(broker).publish([Outgoing(EVENTS, event.name, [item])])
    await broker.stop()


async def test_staff_arrive_by_event_and_are_gone_everywhere_by_event(
    world: World,
    database_urls: DatabaseUrls,
    declared_amqp_vhost: VirtualHost,
    tmp_path: Path,
) -> None:
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    world.add_client("Dan", "Reed", "+12025550123", maria)
    port = free_port()
    settings = _settings(
        database_urls.runtime, declared_amqp_vhost.url_of("gateway"), tmp_path, port
    )
    async with (
        over_the_bus(MemoryOwners(world), declared_amqp_vhost),
        running(components(settings)),
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        await eventually(lambda: _is_ready(client))
        await _tell(declared_amqp_vhost, maria, sequence=1, is_active=True)
        await eventually(lambda: _can_have_password(settings, maria))
        signed_in = await client.post("/sign-in", data={"email": maria.email, "password": PASSWORD})
        page = await client.get("/conversations")

        await _tell(declared_amqp_vhost, maria, sequence=2, is_active=False)

        assert signed_in.status_code == 303
        assert page.status_code == 200
        assert "Dan Reed" in page.text
        await eventually(lambda: _is_signed_out(client))


async def test_while_the_broker_is_away_answers_come_within_two_seconds(
    world: World,
    database_urls: DatabaseUrls,
    tmp_path: Path,
) -> None:
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    port = free_port()
    async with a_house(database_urls.runtime, world, tmp_path) as house:
        await house.hire(maria)
        token = await house.token_of(maria)
    settings = _settings(database_urls.runtime, "amqp://x:y@127.0.0.1:1/none", tmp_path, port)
    async with (
        running(components(settings)),
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        await client.post("/sign-in", data={"email": maria.email, "password": PASSWORD})
        for path, headers in (
            ("/conversations", {}),
            ("/api/v1/me", {"Authorization": f"Bearer {token}"}),
        ):
            watch = Stopwatch()
            answer = await client.get(path, headers=headers)

            assert answer.status_code == 503
            assert watch.seconds < 2
            assert answer.headers["retry-after"]
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/health/ready")).status_code == 503


async def test_while_the_database_is_away_pages_and_calls_say_so(
    world: World, tmp_path: Path
) -> None:
    away = "postgresql://x:y@127.0.0.1:1/none"
    async with a_house(away, world, tmp_path) as house:
        browser = house.browser()
        browser.client.cookies.set("clientcomm_session", "anything")

        page = await browser.get("/conversations")
        sign_in = await browser.post("/sign-in", {"email": "a@example.org", "password": "x"})
        text = await browser.post("/conversations/1/messages", {"body": "Keep me"})
        call = await browser.client.get(
            "/api/v1/me", headers={"Authorization": "Bearer cc_something"}
        )

    for answer in (page, sign_in, text, call):
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
    assert "Keep me" in text.text
    assert call.json()["code"] == "unavailable"


async def test_http_that_is_not_loopback_is_refused(tmp_path: Path) -> None:
    settings = _settings("postgresql://x", "amqp://x", tmp_path, 8000)
    values = settings.model_dump() | {"public_url": "http://text.county.example"}

    with pytest.raises(ValueError, match="must be https"):
        GatewaySettings.model_validate(values)
    allowed = GatewaySettings.model_validate(values | {"allow_insecure_http": True})
    secure = GatewaySettings.model_validate(values | {"public_url": "https://text.county.example"})
    assert allowed.origin_url == "http://text.county.example"
    assert secure.origin_url == "https://text.county.example"


async def test_over_https_cookies_are_bound_to_the_host(
    world: World, database_urls: DatabaseUrls, tmp_path: Path
) -> None:
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    url = "https://text.county.example"
    async with a_house(database_urls.runtime, world, tmp_path, public_url=url) as house:
        await house.hire(maria)
        answer = await house.browser(Origin=url).client.post(
            "/sign-in", data={"email": maria.email, "password": PASSWORD}
        )

    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
    assert "max-age=31536000" in answer.headers["strict-transport-security"]


async def _is_ready(client: httpx2.AsyncClient) -> bool:
    return (await client.get("/health/ready")).status_code == 200


async def _can_have_password(settings: GatewaySettings, staff: StaffView) -> bool:
    database = database_of(settings)
    accounts = PostgresAccounts(database)
    try:
        if await accounts.by_id(staff.id) is None:
            return False
        await accounts.set_password(staff.id, await HASHER.hash(PASSWORD), NOW)
        return True
    finally:
        await database.close()


async def _is_signed_out(client: httpx2.AsyncClient) -> bool:
    return (await client.get("/conversations")).status_code == 303
