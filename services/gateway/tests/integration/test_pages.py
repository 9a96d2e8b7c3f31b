"""Every page, looked at by someone who may."""

import pytest
from services.gateway.tests.browsing import House

from clientcomm_contracts.conversations.views import MessageProblem
from clientcomm_contracts.values import MarkerKind, MessageState, Role

pytestmark = pytest.mark.integration


async def test_every_page_is_sound(house: House) -> None:
    world = house.world
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER, Role.SUPERVISOR)
    talk = world.add_client("Dan", "Reed", "+12025550123", maria)
    world.hear(talk, "Hello <b>there</b>")
    world.write(talk, "Hi", maria)
    world.write(
        talk, "Again", maria, state=MessageState.FAILED,
        problem=MessageProblem(code="30003", sentence="The phone was off."),
    )  # fmt: skip
    for kind in MarkerKind:
        world.mark(talk, kind, from_staff="A", to_staff="B", old_number="+12025550123")
    stranger = world.add_stranger("+12025550177")
    world.hear(stranger, "Who is this?")
    await house.hire(maria)
    browser = house.browser()
    assert (await browser.sign_in(maria)).status_code == 303

    for path in (
        "/conversations",
        "/conversations?box=unassigned",
        "/conversations?box=department&q=reed&unread=1",
        f"/conversations/{talk.row.id}",
        f"/conversations/{stranger.row.id}?box=unassigned",
        f"/conversations/{talk.row.id}/scheduled-messages/new",
        f"/conversations/{talk.row.id}/transcript",
        "/clients/new",
        f"/clients/new?from_conversation_id={stranger.row.id}",
        f"/clients/{talk.row.client_id}",
        f"/clients/{talk.row.client_id}/edit",
        "/mass-messages/new",
        "/coverage",
        "/conversations?box=covering",
        "/search",
        "/search?q=there",
        "/search?q=nothing+of+the+kind&box=mine",
        f"/search?q=Hello&conversation={talk.row.id}",
        "/settings",
        "/api/docs",
    ):
        answer = await browser.get(path)
        assert answer.status_code == 200, (path, answer.text[:2000])
