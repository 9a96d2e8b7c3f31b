"""Search over texts, as a page and as a call (rule 2.14)."""

import pytest
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import a_scene

from clientcomm_contracts.conversations.search import SearchMessages
from clientcomm_local.databases import DatabaseUrls

pytestmark = pytest.mark.integration


async def test_a_found_text_leads_into_its_conversation_at_that_text(house: House) -> None:
    scene = await a_scene(house)
    for place in range(120):
        house.world.hear(scene.talk, f"text {place}")
    wanted = house.world.hear(scene.talk, "about <b>court</b> & more")
    for place in range(120):
        house.world.hear(scene.talk, f"later {place}")
    browser = house.browser()
    await browser.sign_in(scene.manager)

    shown = await browser.get("/search?q=court")
    href = f"/conversations/{scene.talk.row.id}?message={wanted.id}"
    opened = await browser.get(href)

    assert f'href="{href}#item-{wanted.id}"' in shown.text
    assert "about &lt;b&gt;<mark>court</mark>&lt;/b&gt; &amp; more" in shown.text
    assert f'id="item-{wanted.id}"' in opened.text
    assert 'data-newest="no"' in opened.text
    assert "later 119" not in opened.text.partition('id="thread"')[2]


async def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(house: House) -> None:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)

    empty = await browser.get("/search?q=++")
    common = await browser.get("/search?q=the&cursor=%00")
    nothing = await browser.get("/search?q=%22%3E%3Cscript%3E")

    assert empty.status_code == 200
    assert not any(isinstance(one, SearchMessages) and not one.q for one in house.owners.asked)
    assert common.status_code == 422
    assert "These words are in every text." in common.text
    assert nothing.status_code == 200
    assert "No text that you may read" in nothing.text
    assert "<script>" not in nothing.text.partition("<main")[2]


async def test_pages_of_found_texts_follow_one_another(house: House) -> None:
    scene = await a_scene(house)
    for place in range(40):
        house.world.hear(scene.talk, f"court {place}")
    browser = house.browser()
    await browser.sign_in(scene.manager)

    first = await browser.get("/search?q=court")
    second = await browser.get("/search?q=court&cursor=30")

    assert 'href="/search?q=court&amp;cursor=30"' in first.text
    assert 'href="/search?q=court"' in second.text
    assert second.text.count('class="found__text"') == 10


async def test_texts_of_others_that_a_search_shows_are_in_the_log(
    house: House, database_urls: DatabaseUrls
) -> None:
    scene = await a_scene(house)
    for person in (scene.manager, scene.auditor):
        browser = house.browser()
        await browser.sign_in(person)
        assert "On my way" in (await browser.get("/search?q=On+my+way")).text.replace("<mark>", "")
    async with await house.api(scene.auditor) as api:
        assert (await api.get("/search", params={"q": "On my way"})).status_code == 200

    noted = await house.audited(database_urls.owner)
    read = ("message_text.read", scene.auditor.id, [scene.talk.row.id])
    assert [one for one in noted if one[0] == "message_text.read"] == [read, read]


async def test_programs_search_under_both_addresses(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.manager) as api:
        answers = [
            await api.get(path, params={"q": "my way", "limit": 1})
            for path in ("/search", "/messages")
        ]
        elsewhere = await api.get("/search", params={"q": "Who is this"})
        unasked = await api.get("/messages")
        too_common = await api.get("/search", params={"q": "the"})

    for answer in answers:
        (item,) = answer.json()["items"]
        assert item["message_id"] == str(scene.inbound.id)
        assert item["conversation_id"] == str(scene.talk.row.id)
        assert [part["text"] for part in item["snippet"] if part["found"]] == ["my way"]
    assert elsewhere.json() == {"items": [], "next": None}
    assert unasked.status_code == 422
    assert (too_common.status_code, too_common.json()["code"]) == (422, "search_too_common")
