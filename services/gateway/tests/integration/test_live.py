"""The live stream as a browser reads it, over a real connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import httpx2
import orjson
import pytest
from services.gateway.tests.browsing import Browser, House
from services.gateway.tests.scenes import Scene, a_scene

from clientcomm_bus import Item
from clientcomm_chassis import serve_http
from clientcomm_contracts.conversations.events import (
    ConversationChangedV1,
    MarkerAddedV1,
    MessageReceivedV1,
)
from clientcomm_contracts.conversations.views import StaffView
from clientcomm_contracts.values import ConversationState, MarkerKind
from clientcomm_local.databases import DatabaseUrls
from clientcomm_testkit.pages import check_fragment

pytestmark = pytest.mark.integration

Event = tuple[str, dict[str, object]]


class Reader:
    """Collects the events of one stream."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[Event] = asyncio.Queue()
        self.has_ended = asyncio.Event()

    async def read(self, answer: httpx2.Response) -> None:
        name = ""
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                self.events.put_nowait((name, orjson.loads(line.removeprefix("data: "))))
        self.has_ended.set()

    async def next(self, name: str) -> dict[str, object]:
        async with asyncio.timeout(60):
            while True:
                found, content = await self.events.get()
                if found == name:
                    return content

    def seen(self) -> list[str]:
        return [self.events.get_nowait()[0] for _ in range(self.events.qsize())]


@asynccontextmanager
async def a_stream(house: House, browser: Browser) -> AsyncIterator[Reader]:
    """The house's application on a port, and one stream of this browser."""
    server = serve_http(house.app, host="127.0.0.1", port=0)
    await server.start()
    await house.gateway.hub.start()
    reader = Reader()
    url = f"http://127.0.0.1:{server.port}"
    cookies = dict(browser.client.cookies)
    async with (
        httpx2.AsyncClient(base_url=url, cookies=cookies, timeout=60) as client,
        client.stream("GET", "/live") as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        task = asyncio.create_task(reader.read(answer))
        await reader.next("hello")
        yield reader
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await _gone(house)
    await house.gateway.hub.stop()
    await server.stop()


async def _gone(house: House) -> None:
    """A browser that closed its stream is noticed at once, not at the next beat."""
    async with asyncio.timeout(60):
        while house.gateway.hub.stream_count:  # noqa: ASYNC110 - nothing tells that it left
            await asyncio.sleep(0.01)


def _item(name: str, conversation: UUID, **body: str) -> Item:
    return Item(uuid4(), name, orjson.dumps({"aggregate_id": str(conversation), **body}))


async def _signed_in(house: House, staff: StaffView) -> Browser:
    browser = house.browser()
    await browser.sign_in(staff)
    return browser


async def _inbound(house: House, scene: Scene, body: str) -> None:
    message = house.world.hear(scene.talk, body)
    house.gateway.hub.on_items(
        [_item(MessageReceivedV1.name, scene.talk.row.id, message_id=str(message.id))]
    )


async def test_an_inbound_text_stands_on_the_page_as_the_page_itself_shows_it(
    house: House,
) -> None:
    scene = await a_scene(house)
    async with a_stream(house, await _signed_in(house, scene.manager)) as stream:
        await _inbound(house, scene, "I <3 you")

        told = await stream.next("conversation")

        assert told["conversation_id"] == str(scene.talk.row.id)
        assert told["is_mine"] is True
        assert told["box"] == "mine"
        assert told["unread_conversations"] == 1
        assert told["unread_count"] == 2
        row = str(told["row"])
        assert "I &lt;3 you" in row
        check_fragment(row)
        items = told["items"]
        assert isinstance(items, list)
        assert len(items) == 1
        assert "I &lt;3 you" in items[0]["html"]
        assert items[0]["id"] == str(scene.talk.items[-1].id)
        check_fragment(items[0]["html"])


async def test_who_may_not_see_it_is_told_nothing(house: House) -> None:
    scene = await a_scene(house)
    async with a_stream(house, await _signed_in(house, scene.stranger)) as stream:
        await _inbound(house, scene, "Not for Ben")
        await asyncio.sleep(0.5)

        assert stream.seen() == []


async def test_who_reads_others_texts_live_is_noted_before_they_are_told(
    house: House, database_urls: DatabaseUrls
) -> None:
    scene = await a_scene(house)
    async with a_stream(house, await _signed_in(house, scene.auditor)) as stream:
        await _inbound(house, scene, "Read by an auditor")
        await stream.next("conversation")

        noted = await house.audited(database_urls.owner)
        assert ("message_text.read", scene.auditor.id, [scene.talk.row.id]) in noted


async def test_a_conversation_that_was_taken_away_is_removed_from_the_page(house: House) -> None:
    scene = await a_scene(house)
    browser = await _signed_in(house, scene.front_desk)
    await browser.get("/conversations?box=unassigned")
    async with a_stream(house, browser) as stream:
        house.world.change(
            scene.unassigned,
            assigned_to=scene.talk.row.assigned_to,
            state=ConversationState.OPEN,
        )
        house.gateway.hub.on_items([_item(ConversationChangedV1.name, scene.unassigned.row.id)])

        assert await stream.next("removed") == {"conversation_id": str(scene.unassigned.row.id)}


async def test_a_marker_and_a_change_of_shape_are_told(house: House) -> None:
    scene = await a_scene(house)
    async with a_stream(house, await _signed_in(house, scene.manager)) as stream:
        marker = house.world.mark(scene.talk, MarkerKind.OPTED_OUT, number="+12025550123")
        house.gateway.hub.on_items(
            [
                _item(MarkerAddedV1.name, scene.talk.row.id, marker_id=str(marker.id)),
                _item(ConversationChangedV1.name, scene.talk.row.id),
            ]
        )

        told = await stream.next("conversation")

        assert told["composer"] is True
        items = told["items"]
        assert isinstance(items, list)
        assert [item["id"] for item in items] == [str(marker.id)]


async def test_a_burst_is_told_together(house: House) -> None:
    scene = await a_scene(house)
    async with a_stream(house, await _signed_in(house, scene.manager)) as stream:
        await _inbound(house, scene, "The first")
        first = await stream.next("conversation")
        for number in range(19):
            await _inbound(house, scene, f"Text {number}")
        others = await stream.next("conversation")

        assert (_texts_in(first), _texts_in(others)) == (1, 19)


def _texts_in(told: dict[str, object]) -> int:
    items = told["items"]
    assert isinstance(items, list)
    return len(items)


async def test_a_session_that_ends_says_so_and_closes_its_stream(house: House) -> None:
    scene = await a_scene(house)
    browser = await _signed_in(house, scene.manager)
    async with a_stream(house, browser) as stream:
        await house.hire(scene.manager, sequence=2, is_active=False)
        house.gateway.on_person(scene.manager.id)

        await stream.next("signed_out")
        async with asyncio.timeout(60):
            await stream.has_ended.wait()


async def test_when_events_may_be_missing_the_page_is_told_to_fetch_everything(
    house: House,
) -> None:
    scene = await a_scene(house)
    async with a_stream(house, await _signed_in(house, scene.manager)) as stream:
        house.gateway.hub.refresh()

        assert await stream.next("refresh") == {}


async def test_an_owner_that_is_away_costs_no_stream(house: House) -> None:
    scene = await a_scene(house)
    async with a_stream(house, await _signed_in(house, scene.manager)) as stream:
        house.owners.away = True
        await _inbound(house, scene, "Unseen")
        await stream.next("refresh")
        house.owners.away = False
        await _inbound(house, scene, "Seen")

        assert "Seen" in str((await stream.next("conversation"))["row"])


async def test_stopping_the_process_ends_streams_so_that_browsers_come_back(
    house: House,
) -> None:
    scene = await a_scene(house)
    async with a_stream(house, await _signed_in(house, scene.manager)) as stream:
        await house.gateway.hub.stop()

        async with asyncio.timeout(60):
            await stream.has_ended.wait()


async def test_regions_are_what_the_page_shows(house: House) -> None:
    scene = await a_scene(house)
    browser = await _signed_in(house, scene.manager)
    page = await browser.get(f"/conversations/{scene.talk.row.id}")

    regions = (await browser.get(f"/live/regions?conversation={scene.talk.row.id}")).json()

    assert set(regions) == {
        "list", "head", "thread", "composer", "scheduled", "unread_conversations",
    }  # fmt: skip
    assert regions["unread_conversations"] == 1
    for name in ("list", "head", "thread", "scheduled"):
        check_fragment(regions[name], where=name)
    assert _squeezed(regions["thread"]) in _squeezed(page.text)


async def test_a_page_that_is_up_to_date_fetches_nothing(house: House) -> None:
    scene = await a_scene(house)
    browser = await _signed_in(house, scene.manager)
    path = f"/live/regions?conversation={scene.talk.row.id}&unread_shown=1&sequence="

    same = await browser.get(f"{path}{scene.talk.row.sequence}")
    listed = await browser.get("/live/regions?unread_shown=1")
    other = await browser.get("/live/regions?unread_shown=7")
    house.world.hear(scene.talk, "Just now")
    newer = await browser.get(f"{path}{scene.talk.row.sequence - 1}")

    assert (same.status_code, listed.status_code) == (204, 204)
    assert (other.status_code, newer.status_code) == (200, 200)
    assert "Just now" in newer.json()["thread"]


async def test_no_stream_without_a_session(house: House) -> None:
    answer = await house.browser().get("/live")

    assert answer.status_code == 401


def _squeezed(html: str) -> str:
    return "".join(html.split())
