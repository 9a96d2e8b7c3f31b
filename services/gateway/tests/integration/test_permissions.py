"""Every route, for nobody, for who may not, and for who may."""

import re
from collections.abc import Iterator, Mapping
from operator import itemgetter

import pytest
from services.gateway.tests.browsing import Browser, House
from services.gateway.tests.scenes import a_scene
from starlette.routing import BaseRoute, Route

from clientcomm_gateway.adapters.web.routes import page_routes
from clientcomm_gateway.adapters.web.routing import Pages

pytestmark = pytest.mark.integration

OPEN_PAGES = {
    (method, path)
    for method in ("GET", "POST")
    for path in (
        "/sign-in",
        "/set-up",
        "/password-reset",
        "/password-reset/{secret}",
        "/invitation/{secret}",
    )
}
OF_ADMINISTRATORS = ("/staff", "/departments", "/quarantine", "/coverage/colleague")
TESTED_APART = (
    "/assign",
    "/attach",
    "block",
    "{number_id}/end",
    "/transfer-requests",
    "/file",
    "/reactivate",
)
"""Deeds on unknown senders, which a client is none of, on what is a colleague's, and what ends
the number of later calls."""
ONCE = "/set-up/test-text"
OF_EVERYONE = {
    "/", "/conversations", "/clients/new", "/mass-messages/new", "/mass-messages/edit",
    "/mass-messages/preview", "/mass-messages", "/settings", "/settings/password",
    "/settings/language", "/settings/sessions/end", "/settings/sessions/{session_id}/end",
    "/sign-out", "/live/regions", "/sign-in",
    "/search", "/coverage", "/clients/ask-for-transfer",
    "/transfers", "/transfers/new", "/transfers/edit", "/transfers/preview",
    "/closings", "/closings/new", "/closings/edit", "/closings/preview",
}  # fmt: skip


def _pages(house: House) -> Iterator[tuple[str, str]]:
    routes: list[BaseRoute] = page_routes(house.gateway.site, Pages(house.gateway.site))
    for route in routes:
        assert isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield method, route.path


async def test_no_page_is_shown_to_nobody(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()

    for method, path in _pages(house):
        if (method, path) in OPEN_PAGES:
            continue
        answer = await browser.client.request(method, scene.fill(path), data={})

        assert answer.status_code == 303, (method, path)
        assert answer.headers["location"].startswith("/sign-in"), (method, path)
    assert not house.owners.asked


async def test_someone_elses_things_are_not_found(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.stranger)

    for method, path in _pages(house):
        if path in OF_EVERYONE or (method, path) in OPEN_PAGES:
            continue
        filled = scene.fill(path)
        answer = (
            await browser.get(filled)
            if method == "GET"
            else await browser.post(filled, scene.fields)
        )

        assert answer.status_code == 404, (method, path, answer.status_code)


async def test_who_may_gets_what_they_ask_for(house: House) -> None:
    scene = await a_scene(house)
    browser, administrator = house.browser(), house.browser()
    await browser.sign_in(scene.manager)
    await administrator.sign_in(scene.administrator)

    # Everything is looked at before any of it is done.
    for method, path in sorted(_pages(house), key=itemgetter(0)):
        if path in {"/sign-out", "/settings/password"} or path.endswith(TESTED_APART):
            continue
        if (method, path) in OPEN_PAGES or path == ONCE:
            continue
        if path == "/departments/{department_id}/close" and method == "POST":
            continue  # it has conversations, so it stays open
        if path.startswith(OF_ADMINISTRATORS):
            await _is_answered(administrator, method, scene.fill(path), scene.fields)
            continue
        if method == "POST" and "transfer" in path:
            continue  # it is the manager's already
        filled = scene.fill(path)
        answer = (
            await browser.get(filled)
            if method == "GET"
            else await browser.post(filled, scene.fields)
        )

        assert answer.status_code in {200, 303}, (
            method,
            path,
            answer.status_code,
            answer.text[-900:],
        )
        assert "/sign-in" not in answer.headers.get("location", ""), (method, path)


async def _is_answered(browser: Browser, method: str, path: str, fields: Mapping[str, str]) -> None:
    answer = await (browser.get(path) if method == "GET" else browser.post(path, fields))
    assert answer.status_code in {200, 303}, (method, path, answer.text[-900:])


async def test_no_form_is_taken_without_its_token(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)
    asked = len(house.owners.asked)

    for method, path in _pages(house):
        if method == "POST" and (method, path) not in OPEN_PAGES:
            answer = await browser.client.post(
                scene.fill(path), data={**scene.fields, "csrf_token": "0" * 64}
            )
            assert answer.status_code == 403, path
    assert len(house.owners.asked) == asked


async def test_no_form_is_taken_from_elsewhere(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)
    path = f"/conversations/{scene.talk.row.id}/messages"

    for origin in ("https://evil.example", "null", "http://127.0.0.1:9999", "http://10.0.0.1:8000"):
        assert (await browser.post(path, scene.fields, Origin=origin)).status_code == 403
    for origin in ("http://localhost:8000", "http://[::1]:8000", "http://127.0.0.1:8000"):
        assert (await browser.post(path, scene.fields, Origin=origin)).status_code == 303


def _calls(house: House) -> Iterator[tuple[str, str]]:
    for path, item in house.gateway.api.openapi()["paths"].items():
        for method in item:
            yield method.upper(), path


API_OF_EVERYONE = {
    "/me", "/departments", "/staff", "/conversations", "/clients", "/mass-messages",
    "/search", "/messages", "/coverage", "/transfer-requests", "/transfers", "/closings", "/labels",
}  # fmt: skip
ENDS_IT = ("/assign", "/transfer", "/close", "/reopen")


async def test_no_call_is_answered_without_a_token(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()

    for method, path in _calls(house):
        for headers in ({}, {"Authorization": "Bearer cc_nonsense"}):
            answer = await browser.client.request(
                method,
                "/api/v1" + scene.fill(path),
                headers={**headers, "Idempotency-Key": "k"},
                json=scene.body(path),
                params=scene.query(path),
            )
            assert answer.status_code == 401, (method, path)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["code"] == "unauthorized"
    assert not house.owners.asked


async def test_calls_for_someone_elses_things_are_not_found(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.stranger) as api:
        for method, path in _calls(house):
            if path in API_OF_EVERYONE:
                continue
            answer = await api.request(
                method,
                scene.fill(path),
                headers={"Idempotency-Key": f"{method} {path}".replace(" ", "-")},
                json=scene.body(path),
                params=scene.query(path),
            )
            assert answer.status_code == 404, (method, path, answer.text)
            assert answer.json()["code"] == "not_found"


async def test_calls_of_who_may_are_answered(house: House) -> None:
    scene = await a_scene(house)
    async with (
        await house.api(scene.manager) as manager,
        await house.api(scene.administrator) as administrator,
    ):
        made = await manager.post("/exports", json=scene.body("/exports"))
        scene.ids["export_id"] = made.json()["id"]
        for method, path in _calls(house):
            if path.endswith((*ENDS_IT, *TESTED_APART)):
                continue
            api = administrator if path.startswith(OF_ADMINISTRATORS) else manager
            answer = await api.request(
                method,
                scene.fill(path),
                headers={"Idempotency-Key": re.sub(r"\W", "-", f"{method}{path}")},
                json=scene.body(path) if method in {"POST", "PATCH", "PUT"} else None,
                params=scene.query(path),
            )
            assert answer.status_code in {200, 201}, (method, path, answer.text)
