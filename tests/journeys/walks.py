"""Everything that a member of staff can fetch: each route of the gateway, with anybody's ids."""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast
from uuid import uuid4

import httpx2
from starlette.routing import Route
from tests.journeys.people import StaffMember, eventually

from clientcomm_gateway.adapters.web.routes import page_routes
from clientcomm_gateway.adapters.web.routing import Pages
from clientcomm_gateway.adapters.web.site import Site

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')
_NO_SITE = cast("Site", None)  # endpoints are made here, not asked

Ids = Mapping[str, str]
Query = Mapping[str, str]


def page_paths(method: str) -> list[str]:
    """The addresses of pages and fragments, from the gateway's own table."""
    routes = [one for one in page_routes(_NO_SITE, Pages(_NO_SITE)) if isinstance(one, Route)]
    return sorted({one.path for one in routes if method in (one.methods or ())})


def call_paths(http: httpx2.Client) -> list[str]:
    """The addresses of the API's questions, from its own description."""
    return [path for path, _ in _described(http)]


class Visitor:
    """A member of staff with a browser and a token."""

    def __init__(self, gateway_url: str, staff: StaffMember) -> None:
        self.staff = staff
        self.url = gateway_url
        self.http = httpx2.Client(base_url=gateway_url, headers={"Origin": gateway_url}, timeout=20)
        self._sign_in()

    def _sign_in(self) -> None:
        account = self.staff.account
        typed = {"email": account["email"], "password": account["password"]}
        token = self._token("/sign-in")
        answer = self.http.post("/sign-in", data={"csrf_token": token, **typed})
        assert answer.status_code == 303, answer.text
        self.csrf = self._token("/settings")

    def _token(self, path: str) -> str:
        found = _TOKEN.search(self.http.get(path).text)
        assert found, path
        return found[1]

    def close(self) -> None:
        self.http.close()
        self.staff.close()

    def pages(self, every: Sequence[Ids], queries: Sequence[Query]) -> Iterator[tuple[str, str]]:
        """Each page's route and what it shows, for each set of ids and each query."""
        for path in page_paths("GET"):
            for place, address in enumerate(_filled(path, every)):
                is_alone = address == path
                for query in queries if is_alone else queries[: 2 if place == 0 else 1]:
                    answer = self.http.get(address, params=dict(query))
                    assert answer.status_code < 500, (address, answer.text)
                    yield path, answer.text

    def calls(self, every: Sequence[Ids], known: Query) -> Iterator[tuple[str, str]]:
        """Each GET of the API and what it answers, with and without what it can be asked for."""
        for path, parameters in _described(self.http):
            for address in _filled(path, every):
                for query in _queries(parameters, known):
                    answer = self.staff.http.get(address, params=query)
                    assert answer.status_code < 500, (address, answer.text)
                    yield f"/api/v1{path}", answer.text

    def meddle(self, every: Sequence[Ids], fields: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
        """Each form and each call that changes something, with these ids; and how it is answered.

        What ends one's own session or password is left out, for the walk goes on.
        """
        for path in page_paths("POST"):
            if not path.startswith(("/settings", "/sign-out", "/sign-in")):
                for address in _filled(path, every):
                    answer = self.http.post(address, data={**fields, "csrf_token": self.csrf})
                    yield f"POST {path}", answer.status_code
        for method, path, body in _changing(self.http, fields):
            for address in _filled(path, every):
                key = {"Idempotency-Key": str(uuid4())}
                answer = self.staff.http.request(method, address, json=body, headers=key)
                yield f"{method} /api/v1{path}", answer.status_code

    def posted(self, paths: Sequence[str], fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """What a form's next page shows."""
        for path in paths:
            answer = self.http.post(path, data={**fields, "csrf_token": self.csrf})
            assert answer.status_code < 500, (path, answer.text)
            yield f"POST {path}", answer.text


def _described(http: httpx2.Client) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    description = http.get("/api/v1/openapi.json").json()
    for path, item in description["paths"].items():
        if "get" in item:
            asked = item["get"].get("parameters", [])
            yield path, [one for one in asked if one["in"] == "query"]


def _changing(
    http: httpx2.Client, known: Mapping[str, Any]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every call that is no question, with a body of what it needs and of what is known."""
    description = http.get("/api/v1/openapi.json").json()
    for path, item in description["paths"].items():
        for method, call in item.items():
            if method != "get":
                yield method.upper(), path, _body(call, description["components"]["schemas"], known)


def _body(
    call: Mapping[str, Any], schemas: Mapping[str, Any], known: Mapping[str, Any]
) -> dict[str, Any]:
    content = call.get("requestBody", {}).get("content", {}).get("application/json", {})
    wanted = content.get("schema", {})
    names = [wanted, *wanted.get("anyOf", ())]
    found = next((one["$ref"] for one in names if "$ref" in one), "").rpartition("/")[2]
    properties = schemas.get(found, {}).get("properties", {})
    return {name: known[name] for name in properties if name in known}


def _filled(path: str, every: Sequence[Ids]) -> list[str]:
    """The path with each set of ids, each address once; an id that nobody knows is an error."""
    names = _PARAMETER.findall(path)
    return list(dict.fromkeys(path.format(**{name: ids[name] for name in names}) for ids in every))


def _queries(parameters: Sequence[Mapping[str, Any]], known: Query) -> list[Query]:
    """What must be given, alone and with each thing that may be."""
    needed = {one["name"]: known[one["name"]] for one in parameters if one.get("required")}
    optional = [one["name"] for one in parameters if not one.get("required")]
    return [needed, *({**needed, name: known[name]} for name in optional if name in known)]


class LiveStream:
    """A browser's live stream, read in the background until it is closed."""

    def __init__(self, visitor: Visitor) -> None:
        self.lines: list[str] = []
        self._http = httpx2.Client(
            base_url=visitor.url, cookies=dict(visitor.http.cookies), timeout=60
        )
        self._is_over = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        eventually(lambda: "event: hello" in self.lines)

    def _read(self) -> None:
        try:
            with self._http.stream("GET", "/live") as answer:
                for line in answer.iter_lines():
                    self.lines.append(line)
                    if self._is_over.is_set():
                        return
        except httpx2.HTTPError:
            if not self._is_over.is_set():
                raise

    def names(self, mark: str) -> bool:
        return any(mark in line for line in self.lines)

    def close(self) -> None:
        self._is_over.set()
        self._http.close()
