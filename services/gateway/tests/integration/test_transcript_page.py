"""A transcript says on its face how far it is complete (rule 5.1)."""

from datetime import UTC, datetime

import pytest
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import a_scene

from clientcomm_contracts.export import LACKS_BEGINNING

pytestmark = pytest.mark.integration


async def transcript(house: House) -> str:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.manager)
    return (await browser.get(f"/conversations/{scene.talk.row.id}/transcript")).text


async def test_a_whole_transcript_says_nothing_of_gaps(house: House) -> None:
    page = await transcript(house)

    assert "omplete" not in page


async def test_a_transcript_with_a_gap_says_up_to_when_it_is_complete(house: House) -> None:
    house.world.transcripts_complete_up_to = datetime(2026, 3, 2, 15, 4, tzinfo=UTC)

    page = await transcript(house)

    assert "Complete up to" in page
    assert "March 2, 2026" in page
    assert "tell your administrator" in page


async def test_one_that_lacks_its_beginning_names_no_date(house: House) -> None:
    house.world.transcripts_complete_up_to = LACKS_BEGINNING

    page = await transcript(house)

    assert "Not complete: it lacks texts from its beginning on." in page
    assert "1970" not in page
