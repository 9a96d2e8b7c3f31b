"""Numbers that are known not to take texts get a warning (rule 2.3)."""

from typing import Any

import pytest
from services.conversations.tests.numbering import add_number, give_up_number
from services.conversations.tests.scenes import NOON, Place, Scene
from services.conversations.tests.writings import Writing

from clientcomm_contracts.conversations.reading import GetConversation
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Direction, MessageState

pytestmark = pytest.mark.integration


async def test_a_number_that_its_country_gives_to_landlines_gets_a_warning(
    scene: Scene, writing: Writing, office: Place, officer: Asker
) -> None:
    thread = await scene.thread(office, officer)

    mobile = await add_number(writing, officer, thread, phone="+447400123456")
    landline = await add_number(writing, officer, thread, phone="+44 20 8366 1177")

    assert not mobile.is_landline
    assert landline.is_landline
    (number,) = [one for one in landline.client.numbers if one.value == "+442083661177"]
    assert landline.client.landlines == (number.id,)
    await give_up_number(writing, officer, thread, number_id=number.id)
    shown = await scene.ask(GetConversation(asker=officer, conversation_id=thread.id))
    assert shown.conversation.client.landlines == ()


async def test_a_number_that_the_carrier_called_a_landline_is_known_as_one_for_whoever_has_it(
    scene: Scene, writing: Writing, office: Place, officer: Asker
) -> None:
    thread, other = await scene.thread(office, officer), await scene.thread(office, officer)
    sent: dict[str, Any] = {
        "direction": Direction.OUTBOUND, "state": MessageState.UNDELIVERED.value,
    }  # fmt: skip
    await scene.message(other, "Too long", NOON, **sent, error_code="30007")
    await scene.message(thread, "Court is at 9.", NOON, **sent, error_code="30006")

    shown = [
        (await scene.ask(GetConversation(asker=officer, conversation_id=one.id))).conversation
        for one in (thread, other)
    ]
    added = await add_number(writing, officer, other, phone=thread.number, is_shared=True)

    assert [one.client.landlines for one in shown] == [(thread.number_id,), ()]
    assert added.is_landline
