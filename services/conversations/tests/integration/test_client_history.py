"""A client's page tells what became of them (rules 2.3, 2.9, 2.13a)."""

from typing import Any

import pytest
from services.conversations.tests.merges import merge
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.writings import Writing

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.caseload import CloseConversation, TransferConversation
from clientcomm_contracts.conversations.clients import (
    AddClient,
    ClientHistory,
    GetClient,
    HistoryKind,
    Resolve,
)
from clientcomm_contracts.conversations.numbers import AddNumber, GiveUpNumber
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Role
from clientcomm_conversations.adapters.tables.conversations import assignment

pytestmark = pytest.mark.integration

MIA, NEW = "+12125550188", "+12125550199"


async def _history(scene: Scene, asker: Asker, client_id: Any) -> ClientHistory:
    question = GetClient(asker=asker, client_id=client_id, with_history=True)
    history: ClientHistory = (await scene.ask(question)).history
    return history


def _told(history: ClientHistory) -> list[tuple[HistoryKind, str, str | None]]:
    """Oldest first."""
    return [(one.kind, one.subject, one.by) for one in reversed(history.entries)]


async def test_each_number_says_how_it_came_and_went_and_each_case_manager_since_when(
    writing: Writing, scene: Scene, officer: Asker, colleague: Asker
) -> None:
    added = await writing.order(
        AddClient(asker=officer, last_name="Stone", phone=MIA, consent_how="signed form")
    )
    scene.clock.at = NOON.replace(hour=13)
    more = await writing.order(AddNumber(asker=officer, client_id=added.client_id, phone=NEW))
    new = next(one for one in more.client.numbers if one.value == NEW)
    scene.clock.at = NOON.replace(hour=14)
    await writing.order(
        GiveUpNumber(asker=officer, client_id=added.client_id, number_id=new.id, is_wrong=True)
    )
    scene.clock.at = NOON.replace(hour=15)
    transfer = {"conversation_id": added.conversation_id, "staff_id": colleague.staff_id}
    await writing.order(TransferConversation(asker=officer, **transfer))
    scene.clock.at = NOON.replace(hour=16)
    await writing.order(CloseConversation(asker=colleague, conversation_id=added.conversation_id))

    told = _told(await _history(scene, colleague, added.client_id))

    at_once = {
        (HistoryKind.NUMBER_ADDED, MIA, "Dana Reyes"),
        (HistoryKind.CONSENT_GIVEN, "signed form", "Dana Reyes"),
        (HistoryKind.ASSIGNED, "Dana Reyes", "Dana Reyes"),
    }
    assert set(told[:3]) == at_once
    assert told[3:] == [
        (HistoryKind.NUMBER_ADDED, NEW, "Dana Reyes"),
        (HistoryKind.NUMBER_WRONG, NEW, "Dana Reyes"),
        (HistoryKind.ASSIGNED, "Eli Ford", "Dana Reyes"),
        (HistoryKind.CLOSED, "", "Eli Ford"),
    ]


async def test_another_departments_case_managers_and_consent_are_not_in_mine(
    writing: Writing, scene: Scene, officer: Asker
) -> None:
    south = await scene.department("Pretrial South")
    other = await scene.staff("Pat Low", (Role.CASE_MANAGER, south))
    theirs = await writing.order(
        AddClient(asker=other, last_name="Stone", phone=MIA, consent_how="canary")
    )
    same = {"resolve": Resolve.SAME_PERSON, "client_id": theirs.client_id}
    mine = await writing.order(AddClient(asker=officer, last_name="Stone", phone=MIA, **same))

    told = _told(await _history(scene, officer, mine.client_id))

    assert (HistoryKind.NUMBER_ADDED, MIA, "Pat Low") in told
    assert [one for one in told if one[0] is not HistoryKind.NUMBER_ADDED] == [
        (HistoryKind.ASSIGNED, "Dana Reyes", "Dana Reyes")
    ]


async def test_a_merged_clients_case_managers_stay_in_the_history(
    writing: Writing, scene: Scene, office: Place, officer: Asker, colleague: Asker
) -> None:
    supervisor = await scene.staff("Sue Vale", (Role.SUPERVISOR, office))
    kept, gone = await scene.thread(office, officer), await scene.thread(office, colleague)
    await _given(scene, kept, officer)
    await _given(scene, gone, colleague)

    await merge(writing, supervisor, kept, gone)

    told = _told(await _history(scene, supervisor, kept.client_id))
    assert {one[1] for one in told if one[0] is HistoryKind.ASSIGNED} == {"Dana Reyes", "Eli Ford"}


async def test_nobody_else_is_told_and_only_who_asks(
    writing: Writing, scene: Scene, thread: Thread, officer: Asker
) -> None:
    reply = await scene.ask(GetClient(asker=officer, client_id=thread.client_id))

    assert reply.history is None


async def _given(scene: Scene, thread: Thread, asker: Asker) -> None:
    row = {"id": new_id(), "conversation_id": thread.id, "staff_id": asker.staff_id}
    await scene.put(assignment, [{**row, "since": NOON}])
