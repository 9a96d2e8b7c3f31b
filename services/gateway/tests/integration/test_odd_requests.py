"""Whatever is sent to a page, it answers, and never with a fault of ours."""

from itertools import product

import pytest
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import a_scene

pytestmark = pytest.mark.integration

ODD_IDS = (
    "0",
    "%00",
    "%2e%2e%2f",
    "%ff",
    "x" * 3000,
    "{id}",
    "'",
    "00000000-0000-0000-0000-000000000000",
)
ODD_QUERIES = (
    "box=none", "q=%00", "q=" + "x" * 5000, "cursor=%00", "cursor=nonsense", "cursor=" + "9" * 900,
    "before=nonsense", "before=%00", "department=1", "sort=;", "dir=up", "state=x", "assigned_to=%",
    "notice=nothing", "q=%ed%a0%80", "language=%f0%9f%98%80", "language=inf",
    "since=9999-99-99", "until=0001-01-01",
    "conversation_id=1&conversation_id=2", "conversation=1", "from_conversation_id=1", "body=%00",
)  # fmt: skip
PAGES = (
    "/conversations", "/conversations/{conversation_id}", "/clients/new", "/mass-messages/new",
    "/live/regions", "/conversations/{conversation_id}/transcript", "/settings", "/sign-in",
    "/conversations/{conversation_id}/scheduled-messages/new",
)  # fmt: skip
WITH_IDS = (
    "/conversations/{}", "/clients/{}", "/clients/{}/edit", "/mass-messages/{}", "/attachments/{}",
    "/conversations/{}/transcript.txt", "/conversations/{}/scheduled-messages/{}", "/static/{}",
)  # fmt: skip


async def test_odd_queries(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)

    for page, query in product(PAGES, ODD_QUERIES):
        answer = await browser.client.get(f"{scene.fill(page)}?{query}")

        assert answer.status_code < 500, (page, query)


async def test_odd_ids(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)

    for page, odd in product(WITH_IDS, ODD_IDS):
        answer = await browser.client.get(page.format(odd, odd))

        assert answer.status_code in {404, 307}, (page, odd, answer.status_code)


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [
        ("application/json", b'{"body": "x"}', 403),
        ("multipart/form-data; boundary=x", b"nonsense", 400),
        ("multipart/form-data", b"--x", 400),
        ("application/x-www-form-urlencoded", b"%", 403),
        ("application/x-www-form-urlencoded", b"&".join(b"a=%d" % i for i in range(9000)), 403),
        ("text/plain", b"\xff\xff", 403),
    ],
)
async def test_bodies_that_are_no_form_of_ours(
    house: House, kind: str, content: bytes, status: int
) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)

    for path in ("/sign-out", f"/conversations/{scene.talk.row.id}/messages", "/clients/new"):
        answer = await browser.client.post(path, content=content, headers={"Content-Type": kind})

        assert answer.status_code == status, path


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "clientcomm_session=%00; clientcomm_device=?"},
        {"Cookie": "clientcomm_session=" + "x" * 4000},
        {"X-Forwarded-For": "1.2.3.4, , nonsense"},
        {"X-Correlation-Id": "<script>"},
        {"Traceparent": "00-zz"},
        {"Accept-Language": ",;q=,en-,"},
        {"Content-Length": "nonsense"},
    ],
)  # fmt: skip
async def test_odd_headers(house: House, headers: dict[str, str]) -> None:
    answer = await house.browser().client.get("/sign-in", headers=headers)

    assert answer.status_code in {200, 413}
    assert "<script>" not in answer.headers["x-correlation-id"]


async def test_a_wrong_method_is_a_page_too(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)

    answer = await browser.client.delete("/conversations")

    assert answer.status_code == 405
    assert "<h1>" in answer.text


async def test_pages_are_compressed_and_streams_and_calls_are_not(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)

    page = await browser.client.get("/conversations", headers={"Accept-Encoding": "gzip"})
    call = await browser.client.get("/api/v1/openapi.json", headers={"Accept-Encoding": "gzip"})

    assert page.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in call.headers


async def test_a_language_without_a_catalogue_is_not_pretended(house: House) -> None:
    answer = await house.browser().client.get("/sign-in", headers={"Accept-Language": "xx, en"})

    assert '<html lang="en">' in answer.text


async def test_figures_are_not_for_the_public(house: House) -> None:
    browser = house.browser()

    assert (await browser.get("/health/live")).status_code == 200
    assert (await browser.get("/metrics")).status_code == 404
