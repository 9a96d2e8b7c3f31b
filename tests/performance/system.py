"""The system under load: its stack, its seeded data, an API client and signed webhooks."""

import base64
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import aiohttp
import psycopg

from clientcomm_testkit.stacks import RunningStack, start_stack


@dataclass
class System:
    """A running stack with more clients than the demo has."""

    stack: RunningStack

    @property
    def department(self) -> dict[str, str]:
        return dict(self.stack.demo["departments"][0])

    @property
    def case_manager(self) -> dict[str, Any]:
        return self.staff_with("case_manager")[0]

    def staff_with(self, role: str) -> list[dict[str, Any]]:
        """Those of the demo's staff who hold a role in the department."""
        return [
            account
            for account in self.stack.demo["accounts"]
            if account["roles"] == [role] and account["department"] == self.department["name"]
        ]

    @cached_property
    def account(self) -> tuple[str, str]:
        """The account at the carrier, and the token that it asks for and signs with."""
        secrets = json.loads((self.stack.state_dir / "secrets.json").read_text())
        return secrets["twilio_account_sid"], secrets["twilio_auth_token"]

    def api(self, account: Mapping[str, Any] | None = None) -> aiohttp.ClientSession:
        """A session of the first case manager, or of another; paths begin with /api/v1."""
        return aiohttp.ClientSession(
            self.stack.gateway_url,
            headers={"Authorization": f"Bearer {(account or self.case_manager)['token']}"},
            timeout=aiohttp.ClientTimeout(total=120),
        )

    def query(self, service: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Looks into a service's database, as its owner."""
        with psycopg.connect(self.stack.owner_url(service)) as connection:
            return connection.execute(statement.encode(), values).fetchall()

    def execute(self, service: str, statement: str, *values: object) -> None:
        with psycopg.connect(self.stack.owner_url(service), autocommit=True) as connection:
            connection.execute(statement.encode(), values)

    def seed_bulk(self, *, clients: int, messages: int, for_all: bool = False) -> None:
        """More clients of the first case manager, or of all, with past texts, by COPY."""
        url = self.stack.owner_url("conversations")
        environment = {
            **os.environ,
            "CLIENTCOMM_SERVICE_DATABASE_URL": url,
            "CLIENTCOMM_OWNER_DATABASE_URL": url,
            "CLIENTCOMM_STATE_DIR": str(self.stack.state_dir),
            "CLIENTCOMM_AMQP_URL": self.stack.demo["amqp_url"],
        }
        subprocess.run(
            [
                *(sys.executable, "-m", "clientcomm_conversations", "seed-bulk"),
                *("--clients", str(clients), "--messages", str(messages)),
                *("--department", self.department["id"]),
                *(() if for_all else ("--case-manager", self.case_manager["email"])),
            ],
            env=environment,
            check=True,
        )

    async def sign_in(
        self, browser: aiohttp.ClientSession, account: Mapping[str, Any] | None = None
    ) -> None:
        """As the first case manager, or as another."""
        signing_in = account or self.case_manager
        async with browser.get("/sign-in") as page:
            html = await page.text()
        form = {
            "email": signing_in["email"],
            "password": signing_in["password"],
            "csrf_token": html.split('name="csrf_token" value="', 1)[1].split('"', 1)[0],
            "next": "/conversations",
        }
        headers = {"Origin": self.stack.gateway_url}
        async with browser.post(
            "/sign-in", data=form, headers=headers, allow_redirects=False
        ) as answer:
            assert answer.status == 303, answer.status

    async def conversations(self, api: aiohttp.ClientSession, count: int) -> list[dict[str, Any]]:
        """The first conversations of the case manager by name, of clients who may be texted."""
        found: list[dict[str, Any]] = []
        query: Mapping[str, str] = {"limit": "500", "sort": "name"}
        while len(found) < count:
            async with api.get("/api/v1/conversations", params=query) as answer:
                page = await answer.json()
            found += [
                one
                for one in page["items"]
                if one["client"] is not None and one["state"] == "open" and not one["opted_out"]
            ]
            if page["next"] is None:
                break
            query = {"limit": "500", "sort": "name", "cursor": page["next"]}
        return found[:count]

    def signed(self, path: str, form: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """A webhook's address and headers, signed as the carrier signs."""
        url = f"{self.stack.sms_url}{path}"
        joined = url + "".join(name + form[name] for name in sorted(form))
        digest = hmac.new(self.account[1].encode(), joined.encode(), hashlib.sha1).digest()
        return url, {"X-Twilio-Signature": base64.b64encode(digest).decode()}


@contextmanager
def running_system() -> Iterator[System]:
    """A stack of its own, gone in the end with all that it kept."""
    folder = Path(tempfile.mkdtemp(prefix="clientcomm-bench-"))
    folder.chmod(0o755)
    system = System(start_stack(folder))
    try:
        yield system
    finally:
        system.stack.remove()
        shutil.rmtree(folder, ignore_errors=True)
