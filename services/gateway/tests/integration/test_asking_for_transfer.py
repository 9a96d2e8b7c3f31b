"""Asking for a colleague's client, whose number one typed (rule 2.4)."""

from uuid import UUID

import pytest
from services.gateway.tests.browsing import RENDERER, Browser, House
from services.gateway.tests.scenes import Scene, a_scene
from services.gateway.tests.world import NOW

from clientcomm_chassis import SystemClock
from clientcomm_contracts.conversations.asking import AskForTransfer
from clientcomm_contracts.notices import NoticeKind
from clientcomm_contracts.values import Role
from clientcomm_gateway.adapters.mail.letters import Writer
from clientcomm_gateway.domain.mail import LinkKind, Mail
from clientcomm_local.databases import DatabaseUrls

pytestmark = pytest.mark.integration

TYPED = {"last_name": "Reed", "phone": "202 555 0123"}


async def _ben(house: House) -> tuple[Scene, Browser]:
    scene = await a_scene(house)
    browser = house.browser()
    await browser.sign_in(scene.stranger)
    return scene, browser


async def test_the_answer_about_a_colleagues_client_offers_to_ask(
    house: House, database_urls: DatabaseUrls
) -> None:
    scene, browser = await _ben(house)

    question = await browser.post("/clients/new", TYPED)
    asked = await browser.post(
        "/clients/ask-for-transfer", {**TYPED, "client_id": str(scene.talk.row.client_id)}
    )

    assert 'formaction="/clients/ask-for-transfer"' in question.text
    assert f'value="{scene.talk.row.client_id}"' in question.text
    assert asked.headers["location"] == "/conversations?notice=transfer_asked"
    [order] = [one for one in house.owners.asked if isinstance(one, AskForTransfer)]
    assert (order.phone, order.client_id) == ("202 555 0123", scene.talk.row.client_id)
    entries = [one for one in await house.audited(database_urls.owner) if "transfer" in one[0]]
    assert entries == [
        (
            "conversation.transfer_asked",
            scene.stranger.id,
            [scene.talk.row.client_id, scene.manager.id],
        )
    ]


async def test_who_asks_twice_is_told_that_they_asked(house: House) -> None:
    _, browser = await _ben(house)

    await browser.post("/clients/ask-for-transfer", TYPED)
    again = await browser.post("/clients/ask-for-transfer", TYPED)
    page = await browser.get(again.headers["location"])

    assert "You asked for this client less than a day ago" in page.text


async def test_what_was_typed_is_kept_when_nobody_can_be_asked(house: House) -> None:
    _, browser = await _ben(house)

    nobody = await browser.post("/clients/ask-for-transfer", {**TYPED, "phone": "2025550199"})
    nothing = await browser.post("/clients/ask-for-transfer", {"last_name": "Reed"})

    assert (nobody.status_code, nothing.status_code) == (409, 422)
    assert "No colleague has this client." in nobody.text
    assert 'value="2025550199"' in nobody.text
    assert "Enter the client&#39;s phone number." in nothing.text


async def test_who_has_no_caseload_is_offered_no_transfer(house: House) -> None:
    await a_scene(house)
    watcher = house.world.add_staff("Sue Super", Role.SUPERVISOR)
    await house.hire(watcher)
    browser = house.browser()
    await browser.sign_in(watcher)

    question = await browser.post("/clients/new", TYPED)
    asked = await browser.post("/clients/ask-for-transfer", TYPED)

    assert question.status_code == 409
    assert "ask-for-transfer" not in question.text
    assert asked.status_code == 403


async def test_programs_ask_as_well(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.stranger) as api:
        known = await api.post("/clients", json={"last_name": "Reed", "phone": "2025550123"})
        wanted = {"phone": "2025550123", "client_id": known.json()["client_id"]}
        first = await api.post("/transfer-requests", json=wanted, headers={"Idempotency-Key": "1"})
        same = await api.post("/transfer-requests", json=wanted, headers={"Idempotency-Key": "1"})
        again = await api.post("/transfer-requests", json=wanted)
        odd = await api.post("/transfer-requests", json={"phone": ""})
        nobody = await api.post("/transfer-requests", json={"phone": "2025550199"})

    assert first.status_code == same.status_code == 201
    assert first.json() == same.json()
    assert first.json()["asked"] == {"id": str(scene.manager.id), "full_name": "Maria Gomez"}
    assert (again.status_code, again.json()["is_repeated"]) == (200, True)
    assert (odd.status_code, nobody.status_code) == (422, 409)
    assert nobody.json()["code"] == "not_with_a_colleague"


class NoLinks:
    """No one-time link is wanted here."""

    async def make(self, mail: Mail, kind: LinkKind) -> str:
        raise AssertionError(mail, kind)


async def test_the_e_mail_leads_to_the_transfer_with_the_asker_chosen(house: House) -> None:
    scene = await a_scene(house)
    writer = Writer(RENDERER, NoLinks(), "https://texts.example", SystemClock())
    mail = Mail(
        id=UUID(int=1),
        staff_id=scene.manager.id,
        kind=NoticeKind.TRANSFER_ASKED,
        created_at=NOW,
        conversation_id=scene.talk.row.id,
        details={"by": "Ben Okafor", "by_id": str(scene.stranger.id), "client": "Dan R"},
    )

    account = await house.gateway.site.accounts.by_id(scene.manager.id)
    assert account is not None
    letter = await writer.write(mail, account)

    path = f"/conversations/{scene.talk.row.id}/transfer?staff_id={scene.stranger.id}"
    assert f"https://texts.example{path}" in letter.body
    assert "Ben Okafor asks that Dan R be transferred to them." in letter.body
    browser = house.browser()
    await browser.sign_in(scene.manager)
    page = await browser.get(path)
    assert f'<option value="{scene.stranger.id}" selected>' in page.text
