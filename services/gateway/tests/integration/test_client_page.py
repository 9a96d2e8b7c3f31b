"""A client's page: numbers, history, what is ahead, and the zones that one may choose."""

import re
from datetime import timedelta

import pytest
from services.gateway.tests.browsing import House
from services.gateway.tests.scenes import a_scene, signed_in_manager
from services.gateway.tests.world import NOW

from clientcomm_contracts.conversations.clients import (
    ClientHistory,
    EditClient,
    HistoryEntry,
    HistoryKind,
)
from clientcomm_contracts.values import Role

pytestmark = pytest.mark.integration

_PHONE = "+12025550123"


async def test_history_says_what_became_of_the_client_and_by_whom(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    client_id = scene.talk.row.client_id
    assert client_id is not None
    told = {
        HistoryKind.NUMBER_WRONG: (_PHONE, "Maria Gomez"),
        HistoryKind.ASSIGNED: ("Ed Stone", "Maria Gomez"),
        HistoryKind.CONSENT_GIVEN: ("signed form", "Maria Gomez"),
        HistoryKind.CLOSED: ("", None),
    }
    house.world.histories[client_id] = ClientHistory(
        entries=tuple(
            HistoryEntry(at=NOW, kind=kind, subject=subject, by=by)
            for kind, (subject, by) in told.items()
        ),
        next_appointment_at=NOW + timedelta(days=3),
    )

    page = (await browser.get(f"/clients/{client_id}")).text
    async with await house.api(scene.manager) as api:
        called = (await api.get(f"/clients/{client_id}/history")).json()

    items = [(one["kind"], one["subject"], one["by"]) for one in called["items"]]
    assert items == [(kind, *rest) for kind, rest in told.items()]
    assert "Maria Gomez marked (202) 555-0123 as a wrong number." in page
    assert "Maria Gomez gave the client to Ed Stone." in page
    assert "Maria Gomez noted that the client agreed to texts: signed form." in page
    assert "The conversation was closed." in page
    assert "The next one:" in page


async def test_every_kind_of_history_has_words_with_and_without_a_name(house: House) -> None:
    scene, browser = await signed_in_manager(house)
    client_id = scene.talk.row.client_id
    assert client_id is not None
    house.world.histories[client_id] = ClientHistory(
        entries=tuple(
            HistoryEntry(at=NOW, kind=kind, subject="Something", by=by)
            for kind in HistoryKind
            for by in ("Maria Gomez", None)
        )
    )

    page = (await browser.get(f"/clients/{client_id}")).text

    (history,) = re.findall(r'aria-labelledby="history">(.*?)</section>', page, flags=re.DOTALL)
    sentences = re.findall(r"<dd>([^<]*)</dd>", history)
    assert len(set(sentences)) == len(HistoryKind) * 2
    assert not [one for one in sentences if "%" in one or "None" in one]


async def test_without_appointments_the_page_says_so(house: House) -> None:
    scene, browser = await signed_in_manager(house)

    page = await browser.get(f"/clients/{scene.talk.row.client_id}")

    assert "None is planned." in page.text


async def test_zones_that_keep_different_clocks_can_be_told_apart(house: House) -> None:
    _, browser = await signed_in_manager(house)

    page = (await browser.get("/clients/new")).text

    (zones,) = re.findall(r'name="time_zone"[^>]*>(.*?)</select>', page, flags=re.DOTALL)
    names = re.findall(r"<option[^>]*>([^<]+)</option>", zones)
    assert len(names) == len(set(names))
    assert {"Mountain Time (Denver)", "Mountain Time (Phoenix)"} < set(names)


async def test_an_unknown_sender_is_offered_to_case_managers_only_and_may_be_somebody(
    house: House,
) -> None:
    scene = await a_scene(house)
    front_desk = house.world.add_staff("Fay Desk", Role.FRONT_DESK)
    client = house.world.clients[scene.talk.row.client_id] if scene.talk.row.client_id else None
    assert client is not None
    sender = scene.unassigned.row.sender
    numbers = (client.numbers[0].model_copy(update={"value": sender}),)
    house.world.clients[client.id] = client.model_copy(update={"numbers": numbers})
    browser = house.browser()
    await browser.sign_in(scene.front_desk)

    page = (await browser.get(f"/conversations/{scene.unassigned.row.id}")).text

    (offered,) = re.findall(r'id="assign-staff"[^>]*>(.*?)</select>', page, flags=re.DOTALL)
    assert "Maria Gomez" in offered
    for name in (front_desk.full_name, scene.front_desk.full_name, scene.auditor.full_name):
        assert name not in offered
    assert "This may be:" in page
    assert f"{client.first_name} {client.last_name} (has this number)" in page
    assert f'href="/conversations/{scene.unassigned.row.id}/attach"' in page


async def test_a_program_gives_a_client_the_departments_zone_back(house: House) -> None:
    scene = await a_scene(house)
    async with await house.api(scene.manager) as api:
        path = f"/clients/{scene.ids['client_id']}"
        before = (await api.get(path)).json()
        refused = await api.patch(path, json={"time_zone": "Mars/Olympus"})
        changed = await api.patch(path, json={"time_zone": ""})

    assert before["own_time_zone"] is True
    assert refused.status_code == 422
    assert changed.status_code == 200
    (edit,) = [one for one in house.owners.asked if isinstance(one, EditClient)]
    assert edit.time_zone == ""
