"""A simulator in a process of its own, and an application that it calls."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import httpx2
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from clientcomm_local.ports import free_port

SOURCE = Path(__file__).parents[1] / "src"
ACCOUNT, TOKEN = "AC" + "a1" * 16, "a-token-for-tests"
OURS, OTHER = "+15550000001", "+15550000002"

Json = dict[str, Any]
T = TypeVar("T")


def until(look: Callable[[], T | None], *, seconds: float = 60.0) -> T:
    """What `look` returns once it is true; fails when it never is."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError("did not happen in time")
        time.sleep(0.01)


def instant(moment: str) -> float:
    """Seconds since 1970 of a time that the ledger shows."""
    return datetime.fromisoformat(moment).timestamp()


@dataclass(frozen=True)
class Hit:
    """One request that the application got."""

    method: str
    path: str
    form: dict[str, str]
    headers: dict[str, str]
    at: float
    is_signed: bool

    @property
    def status(self) -> str:
        return self.form.get("MessageStatus", "")

    @property
    def token(self) -> str:
        return self.headers["i-twilio-idempotency-token"]


Answer = Callable[[Hit], tuple[int, bytes]]


def _no_content(_: Hit) -> tuple[int, bytes]:
    return 204, b""


@dataclass
class Application:
    """Takes webhooks, checks their signatures with the official library, and remembers them."""

    port: int = field(default_factory=free_port)
    hits: list[Hit] = field(default_factory=list)
    answer: Answer = _no_content
    delay: float = 0.0
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        application = self
        validator = RequestValidator(TOKEN)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                form = dict(parse_qsl(body.decode(), keep_blank_values=True))
                url = f"{application.url}{self.path}"
                signature = self.headers.get("X-Twilio-Signature", "")
                hit = Hit(
                    self.command,
                    self.path,
                    form,
                    {name.lower(): value for name, value in self.headers.items()},
                    time.monotonic(),
                    bool(validator.validate(url, form, signature)),
                )
                application.hits.append(hit)
                time.sleep(application.delay)
                status, content = application.answer(hit)
                self.send_response(status)
                if status != 204:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST  # noqa: N815  the name that the server calls

            def log_message(self, *_: object) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def forget(self) -> None:
        self.hits.clear()
        self.answer, self.delay = _no_content, 0.0

    def about(self, sid: str) -> list[Hit]:
        return [hit for hit in list(self.hits) if hit.form.get("MessageSid") == sid]

    def statuses(self, sid: str) -> list[str]:
        return [hit.status for hit in self.about(sid)]


@dataclass
class Simulator:
    state: Path
    application: Application
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    smtp_port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        given = {
            "SIMULATOR_PORT": str(self.port),
            "SIMULATOR_SMTP_PORT": str(self.smtp_port),
            "STATE_DIR": str(self.state),
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "SMS_PUBLIC_URL": self.application.url,
            "SIMULATOR_NUMBERS": f"{OURS},{OTHER}",
            "SIMULATOR_SENT_AFTER": "0.01",
            "SIMULATOR_RECEIPT_AFTER": "0.02",
            **self.settings,
        }
        own = {f"CLIENTCOMM_{name}": value for name, value in given.items()}
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("CLIENTCOMM_")}
        path = os.pathsep.join(filter(None, (str(SOURCE), os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "clientcomm_simulator", "serve"],
            env={**inherited, **own, "PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
        )
        until(self.is_ready, seconds=120)

    def is_ready(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/health/ready").status_code == 200
        except httpx2.TransportError:
            return False

    def stop(self) -> int:
        if self._process is None:
            return 0
        self._process.terminate()
        return self._process.wait(60)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(60)

    @property
    def client(self) -> Client:
        client = Client(ACCOUNT, TOKEN)
        client.api.base_url = self.url
        client.messaging.base_url = self.url
        client.lookups.base_url = self.url
        return client

    def get(self, path: str, **query: str | int) -> Json:
        return self._call("GET", path, None, query)

    def post(self, path: str, content: Json) -> Json:
        return self._call("POST", path, content, {})

    def put(self, path: str, content: Json) -> Json:
        return self._call("PUT", path, content, {})

    def delete(self, path: str) -> Json:
        return self._call("DELETE", path, None, {})

    def break_it(self, **knobs: object) -> None:
        self.put("/simulator/faults", {"faults": knobs})

    def ledger(self, **query: str | int) -> list[Json]:
        messages: list[Json] = self.get("/simulator/messages", **query)["messages"]
        return messages

    def inbound(self, sender: str, body: str, **more: object) -> Json:
        text = {"from": sender, "to": OURS, "body": body, "wait": True, **more}
        return self.post("/simulator/inbound", text)

    def raw(self, method: str, path: str, **more: Any) -> httpx2.Response:
        more.setdefault("auth", (ACCOUNT, TOKEN))
        return httpx2.request(method, f"{self.url}{path}", timeout=60, **more)

    def _call(
        self, method: str, path: str, content: Json | None, query: dict[str, str | int]
    ) -> Json:
        answer = httpx2.request(method, f"{self.url}{path}", json=content, params=query, timeout=60)
        assert answer.status_code < 300, answer.text
        found: Json = answer.json()
        return found
