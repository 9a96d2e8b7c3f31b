"""A gateway on a real database with owners in memory, and a browser that keeps its cookies."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx2
from services.gateway.tests.owners.memory import MemoryOwners
from services.gateway.tests.world import NOW, PASSWORD, World
from sqlalchemy import text
from starlette.types import ASGIApp

from clientcomm_chassis import SystemClock
from clientcomm_contracts.conversations.events import StaffChangedV1
from clientcomm_contracts.conversations.views import StaffView
from clientcomm_gateway.adapters.hashing import Argon2Hasher
from clientcomm_gateway.adapters.store.accounts import apply_staff_changes
from clientcomm_gateway.adapters.store.tokens import add_token
from clientcomm_gateway.adapters.web.rendering import Renderer
from clientcomm_gateway.domain.secrets import new_api_token
from clientcomm_gateway.settings import GatewaySettings
from clientcomm_gateway.wiring import Gateway
from clientcomm_persistence import Database
from clientcomm_testkit.pages import check_page

ORIGIN = "http://127.0.0.1:8000"
HASHER = Argon2Hasher(kibibytes=64)
RENDERER = Renderer.load()
_TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')


@dataclass
class House:
    """Everything that a test needs."""

    gateway: Gateway
    database: Database
    owners: MemoryOwners
    world: World
    app: ASGIApp
    transport: httpx2.ASGITransport
    objects: Path

    async def put_object(self, key: str, content: bytes) -> None:
        (self.objects / key).write_bytes(content)

    def browser(self, **headers: str) -> "Browser":
        return Browser(self, headers)

    async def hire(
        self,
        staff: StaffView,
        *,
        sequence: int = 1,
        is_active: bool = True,
        deactivations: int = 0,
    ) -> None:
        """The gateway learns of someone by event."""
        event = StaffChangedV1(
            aggregate_id=staff.id,
            sequence=sequence,
            occurred_at=NOW,
            full_name=staff.full_name,
            email=staff.email,
            is_active=is_active,
            roles=staff.roles,
            deactivations=deactivations,
        )
        async with self.database.transaction() as transaction:
            await apply_staff_changes(transaction, [event])
        if sequence == 1:
            fresh = await HASHER.hash(PASSWORD)
            await self.gateway.site.accounts.set_password(staff.id, fresh, NOW)

    async def token_of(self, staff: StaffView) -> str:
        token = new_api_token()
        async with self.database.transaction() as transaction:
            await add_token(
                transaction,
                token,
                staff_id=staff.id,
                title="Test",
                now=SystemClock().now(),
                expires_at=None,
            )
        return token

    async def api(self, staff: StaffView) -> httpx2.AsyncClient:
        token = await self.token_of(staff)
        return httpx2.AsyncClient(
            transport=self.transport,
            base_url=f"{ORIGIN}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
        )

    async def audited(self, owner_url: str) -> list[tuple[str, UUID | None, list[UUID]]]:
        """What the log holds; read as the owner, since the running role may not."""
        database = Database(owner_url, application_name="test")
        async with database.transaction() as transaction:
            rows = await transaction.execute(
                text("SELECT deed, staff_id, subject_ids FROM audit.entry ORDER BY position")
            )
            found = [(row.deed, row.staff_id, row.subject_ids) for row in rows]
        await database.close()
        return found


class Browser:
    """Follows no redirects by itself; every whole page is checked by the page rules."""

    def __init__(self, house: House, headers: Mapping[str, str]) -> None:
        self._house = house
        self._csrf = ""
        self.client = httpx2.AsyncClient(
            transport=house.transport, base_url=ORIGIN, headers={"Origin": ORIGIN, **headers}
        )

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        answer = await self.client.get(path, headers=_without_origin(headers))
        return self._seen(answer)

    async def post(
        self, path: str, fields: Mapping[str, object] | None = None, **headers: str
    ) -> httpx2.Response:
        filled = {"csrf_token": self._csrf, **(fields or {})}
        return self._seen(await self.client.post(path, data=filled, headers=headers))

    @property
    def token(self) -> str:
        """What a form of the last page carried."""
        return self._csrf

    async def send(self, path: str, body: str, headers: Mapping[str, str]) -> httpx2.Response:
        """A form as somebody wrote it by hand."""
        return self._seen(await self.client.post(path, content=body, headers=headers))

    async def sign_in(self, staff: StaffView, password: str = PASSWORD) -> httpx2.Response:
        await self.get("/sign-in")
        answer = await self.post("/sign-in", {"email": staff.email, "password": password})
        if answer.status_code == 303:
            await self.get("/settings")
        return answer

    def _seen(self, answer: httpx2.Response) -> httpx2.Response:
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        if is_page and "<html" in answer.text:
            check_page(answer.text, where=str(answer.url))
        if found := _TOKEN.search(answer.text if is_page else ""):
            self._csrf = found[1]
        return answer


def _without_origin(headers: Mapping[str, str]) -> dict[str, str]:
    return dict(headers)


@asynccontextmanager
async def a_house(
    database_url: str, world: World, objects: Path, **settings: object
) -> AsyncIterator[House]:
    """The gateway as it runs, its database real, its owners in memory."""
    known = GatewaySettings.model_validate(
        {
            "service_database_url": database_url,
            "amqp_url": "amqp://nobody:nothing@127.0.0.1:1/none",
            "secret_key": "a-key-for-tests-only-and-nothing-else",
            "object_store_url": objects.as_uri(),
            "public_url": ORIGIN,
            **settings,
        }
    )
    database = Database(database_url, application_name="gateway-test")
    owners = MemoryOwners(world)
    gateway = Gateway(known, database, owners, hasher=HASHER, renderer=RENDERER)
    app = gateway.application()
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    try:
        yield House(gateway, database, owners, world, app, transport, objects)
    finally:
        await database.close()
