"""Clients are ticked for something that is done with many: over pages, and in a narrowed list."""

import html
import re

import pytest
from services.gateway.tests.browsing import Browser, House
from services.gateway.tests.scenes import signed_in_manager

from clientcomm_contracts.conversations.reading import ListConversations

pytestmark = pytest.mark.integration

ROOTS = ("/mass-messages", "/transfers", "/closings")


def where(page: str, button: str) -> str:
    """Where this button of the form posts to."""
    (address,) = re.findall(rf'formaction="([^"]*)"[^>]*>{button}<', page)
    return html.unescape(address)


def offered(page: str) -> set[str]:
    return set(re.findall(r'type="checkbox" name="conversation_id" value="([^"]*)"', page))


async def shown(browser: Browser, address: str) -> str:
    answer = await browser.get(address)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("root", ROOTS)
async def test_ticks_survive_the_way_to_the_next_page(house: House, root: str) -> None:
    scene, browser = await signed_in_manager(house)
    for place in range(120):
        house.world.add_client("Ada", f"Quist {place}", f"+1202555{place:04}", scene.manager)
    first = await shown(browser, f"{root}/new?sort=name")
    ticked = str(scene.talk.row.id)

    answer = await browser.post(where(first, "Next page"), {"conversation_id": ticked})

    assert answer.status_code == 200
    assert "1 client chosen" in answer.text
    assert offered(answer.text).isdisjoint(offered(first))
    assert len(offered(answer.text) | offered(first)) > 120
    asked = [one for one in house.owners.asked if isinstance(one, ListConversations)][-1]
    assert (asked.sort, asked.cursor is not None) == ("name", True)


@pytest.mark.parametrize("root", ["/transfers", "/closings"])
async def test_everybody_who_is_found_can_be_chosen_at_once(house: House, root: str) -> None:
    scene, browser = await signed_in_manager(house)
    for place in range(4):
        house.world.add_client("Ada", f"Quist {place}", f"+1202555020{place}", scene.manager)
    found = (await browser.post(f"{root}/edit", {"box": "mine", "q": "quist"})).text

    page = await browser.post(where(found, "Choose everybody who is found"))

    assert "4 clients chosen" in page.text
    assert str(scene.talk.row.id) not in page.text


async def test_nobody_is_chosen_whom_the_list_that_led_here_left_out(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    waiting = house.world.add_client("Ada", "Quist", "+12025550200", scene.manager)
    house.world.change(waiting, unread_count=1)
    house.world.change(scene.talk, unread_count=0)
    narrowed = await shown(browser, "/transfers/new?box=mine&unread=1")

    page = await browser.post(where(narrowed, "Choose everybody who is found"), {"box": "mine"})

    assert "1 client chosen" in page.text
    assert f'value="{scene.talk.row.id}"' not in page.text
