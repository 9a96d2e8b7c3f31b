"""A status' place in its list stands in the rows of all who have it, whatever happens at once."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene, Thread
from services.conversations.tests.waiting import until_somebody_waits
from services.conversations.tests.writings import Writing
from sqlalchemy import text

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.departments import (
    DepartmentLabel,
    DepartmentList,
    SetDepartmentList,
)
from clientcomm_contracts.conversations.labels import LabelKind, SetLabels
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Role
from clientcomm_conversations.adapters.tables.departments import organisation

pytestmark = pytest.mark.integration

_TAKE = text("select 1 from conversation_summary where conversation_id = :id for update nowait")
_MOVE = text("update status set place = 7 where id = :id")


@pytest.fixture
async def chief(scene: Scene) -> Asker:
    await scene.put(organisation, [{"id": new_id(), "name": "Elm County", "created_at": NOON}])
    return await scene.staff("Cleo Chief", (Role.ADMINISTRATOR, None))


async def _list(
    scene: Scene, asker: Asker, place: Place, *labels: DepartmentLabel
) -> tuple[DepartmentLabel, ...]:
    wanted = SetDepartmentList(
        asker=asker, department_id=place.id, which=DepartmentList.STATUSES, labels=labels
    )
    statuses: tuple[DepartmentLabel, ...] = (await Writing(scene).order(wanted)).department.statuses
    return statuses


def _labels() -> tuple[DepartmentLabel, ...]:
    return tuple(DepartmentLabel(label=name) for name in ("Active", "Warrant"))


def _by_id(thread: Thread) -> UUID:
    return thread.id


async def _orders(scene: Scene) -> Sequence[Any]:
    return await Writing(scene).rows(
        "select conversation_id, status_order from conversation_summary"
    )


async def test_a_new_order_of_statuses_takes_conversations_in_the_order_of_texts(
    scene: Scene, office: Place, chief: Asker
) -> None:
    active, warrant = await _list(scene, chief, office, *_labels())
    low, high = sorted([await scene.thread(office, None) for _ in range(2)], key=_by_id)
    await scene.change_summary(low, status_id=active.id)
    await scene.change_summary(high, status_id=warrant.id)

    async with scene.database.transaction() as texts:
        await texts.execute(_TAKE, {"id": low.id})
        turned = asyncio.ensure_future(_list(scene, chief, office, warrant, active))
        await until_somebody_waits(scene)
        await texts.execute(_TAKE, {"id": high.id})
    await turned

    orders = {row.conversation_id: row.status_order for row in await _orders(scene)}
    assert orders == {low.id: 1, high.id: 0}


async def test_a_status_that_is_given_while_its_place_changes_stands_at_the_new_place(
    scene: Scene, office: Place, officer: Asker, thread: Thread, chief: Asker
) -> None:
    _, warrant = await _list(scene, chief, office, *_labels())
    given = SetLabels(
        asker=officer,
        conversation_id=thread.id,
        changes=frozenset({LabelKind.STATUS}),
        status_id=warrant.id,
    )

    async with scene.database.transaction() as administrator:
        await administrator.execute(_MOVE, {"id": warrant.id})
        order = asyncio.ensure_future(Writing(scene).order(given))
        await until_somebody_waits(scene)
    await order

    assert [row.status_order for row in await _orders(scene)] == [7]
