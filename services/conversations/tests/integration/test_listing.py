from base64 import urlsafe_b64decode
from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene
from services.conversations.tests.writings import Writing

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.labels import LabelKind
from clientcomm_contracts.conversations.reading import Box, ConversationSort, ListConversations
from clientcomm_contracts.conversations.views import ConversationRow
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import ConversationState, Role
from clientcomm_conversations.adapters.queries import listing
from clientcomm_conversations.adapters.tables.departments import status
from clientcomm_conversations.adapters.tables.staff import coverage

pytestmark = pytest.mark.integration

DAY = timedelta(days=1)
NAMES = ("Zoe Abbott", "Álex Álvarez", "Bo Yates", "Ann Abbott", "Cy Moss", "Di Moss", "Ed Hale")


@pytest.fixture
async def here(scene: Scene) -> Place:
    return await scene.department("Pretrial")


@pytest.fixture
async def dana(scene: Scene, here: Place) -> Asker:
    return await scene.staff("Dana", (Role.CASE_MANAGER, here))


async def listed(scene: Scene, asker: Asker, **asked: Any) -> list[ConversationRow]:
    reply = await scene.ask(ListConversations(asker=asker, **asked))
    return list(reply.items)


def names(rows: Sequence[ConversationRow]) -> list[str]:
    return [f"{row.first_name} {row.last_name}" for row in rows]


async def a_caseload(scene: Scene, here: Place, dana: Asker) -> None:
    """Seven clients, no two alike in anything that can be sorted by, some without."""
    statuses = await two_statuses(scene, here)
    for place, name in enumerate(NAMES):
        first, last = name.split()
        await scene.thread(
            here,
            dana,
            first_name=first,
            last_name=last,
            unread_count=place % 3,
            last_contact_at=NOON - place % 4 * DAY if place != 2 else None,
            next_appointment_at=NOON + place * DAY if place % 2 else None,
            scheduled_count=place % 2,
            has_delivery_problem=place % 3 == 1,
            status_id=statuses[place % 2] if place % 3 else None,
        )


async def two_statuses(scene: Scene, here: Place) -> tuple[UUID, UUID]:
    """Stable stands before Absent in the department's list."""
    first, second = new_id(), new_id()
    await scene.put(
        status,
        [
            {"id": first, "department_id": here.id, "name": "Stable", "place": 0},
            {"id": second, "department_id": here.id, "name": "Absent", "place": 1},
        ],
    )
    return first, second


async def test_unread_stand_first_then_the_last_contact(
    scene: Scene, here: Place, dana: Asker
) -> None:
    await scene.thread(here, dana, first_name="old", last_contact_at=NOON - 9 * DAY)
    await scene.thread(here, dana, first_name="never")
    await scene.thread(here, dana, first_name="new", last_contact_at=NOON)
    await scene.thread(
        here, dana, first_name="waiting", unread_count=2, last_contact_at=NOON - 30 * DAY
    )

    reply = await scene.ask(ListConversations(asker=dana))

    assert [row.first_name for row in reply.items] == ["waiting", "new", "old", "never"]
    assert reply.unread_conversations == 1
    assert reply.next is None


@pytest.mark.parametrize("box", [Box.MINE, Box.DEPARTMENT])
async def test_pages_show_everything_once_in_the_order_of_the_whole_list(
    scene: Scene, here: Place, dana: Asker, box: Box
) -> None:
    await a_caseload(scene, here, dana)
    asker = dana if box is Box.MINE else await scene.staff("Joan", (Role.SUPERVISOR, here))

    for sort, descending in product(ConversationSort, (False, True)):
        asked = {"box": box, "sort": sort, "descending": descending}
        whole = await listed(scene, asker, **asked)
        pages = await page_by_page(scene, asker, limit=2, **asked)

        assert len(whole) == len(NAMES)
        assert [row.id for row in pages] == [row.id for row in whole], asked


async def page_by_page(scene: Scene, asker: Asker, **asked: Any) -> list[ConversationRow]:
    rows: list[ConversationRow] = []
    cursor = None
    while True:
        reply = await scene.ask(ListConversations(asker=asker, cursor=cursor, **asked))
        rows.extend(reply.items)
        cursor = reply.next
        if cursor is None:
            return rows


async def test_each_column_sorts_both_ways(scene: Scene, here: Place, dana: Asker) -> None:
    await a_caseload(scene, here, dana)
    columns = {
        ConversationSort.UNREAD: "unread_count",
        ConversationSort.SCHEDULED: "scheduled_count",
        ConversationSort.LAST_CONTACT: "last_contact_at",
        ConversationSort.NEXT_APPOINTMENT: "next_appointment_at",
    }

    for sort, column in columns.items():
        up = [getattr(row, column) for row in await listed(scene, dana, sort=sort)]
        turned = await listed(scene, dana, sort=sort, descending=True)
        down = [getattr(row, column) for row in turned]

        there = [value for value in up if value is not None]
        assert there == sorted(there)
        assert [value for value in down if value is not None] == sorted(there, reverse=True)


async def test_status_sorts_in_the_order_of_the_departments_list_also_when_that_changes(
    scene: Scene, here: Place, dana: Asker
) -> None:
    stable, absent = await two_statuses(scene, here)
    for name, status_id in (("B", absent), ("A", absent), ("C", stable), ("None", None)):
        await scene.thread(here, dana, first_name="", last_name=name, status_id=status_id)

    async def last_names() -> list[str]:
        rows = await listed(scene, dana, sort=ConversationSort.STATUS)
        return [row.last_name for row in rows]

    assert await last_names() == ["C", "A", "B", "None"]
    await scene.change(status, stable, place=2)
    assert await last_names() == ["A", "B", "C", "None"]
    first = (await listed(scene, dana, sort=ConversationSort.STATUS))[0]
    async with scene.database.transaction() as tx:
        await Writing(scene).writers.of(tx).set_label(first.id, LabelKind.STATUS, None)
    assert await last_names() == ["B", "C", "A", "None"]


async def test_delivery_problems_stand_together(scene: Scene, here: Place, dana: Asker) -> None:
    await a_caseload(scene, here, dana)

    rows = await listed(scene, dana, sort=ConversationSort.DELIVERY_PROBLEM, descending=True)

    assert [row.has_delivery_problem for row in rows] == [True] * 2 + [False] * 5


async def test_who_has_no_appointment_stands_last_whichever_way_it_is_turned(
    scene: Scene, here: Place, dana: Asker
) -> None:
    await a_caseload(scene, here, dana)
    sort = ConversationSort.NEXT_APPOINTMENT

    up = await listed(scene, dana, sort=sort)
    down = await listed(scene, dana, sort=sort, descending=True)

    assert [row.next_appointment_at is None for row in up] == [False] * 3 + [True] * 4
    assert [row.next_appointment_at is None for row in down] == [False] * 3 + [True] * 4


async def test_names_sort_by_last_name_whatever_case_and_accents(
    scene: Scene, here: Place, dana: Asker
) -> None:
    await a_caseload(scene, here, dana)

    rows = await listed(scene, dana, sort=ConversationSort.NAME)

    assert names(rows) == [
        *("Ann Abbott", "Zoe Abbott", "Álex Álvarez", "Ed Hale"),
        *("Cy Moss", "Di Moss", "Bo Yates"),
    ]


async def test_a_cursor_that_is_not_ours_is_refused(scene: Scene, dana: Asker) -> None:
    for cursor in ("nonsense", "", "WyJkZWZhdWx0LmRvd24iLDEsMiwzXQ", "💥", "W10"):
        with pytest.raises(Refused) as refused:
            await listed(scene, dana, cursor=cursor)

        assert (refused.value.code, refused.value.field) == ("invalid_cursor", "cursor")


async def test_a_cursor_of_another_order_is_refused(scene: Scene, here: Place, dana: Asker) -> None:
    await a_caseload(scene, here, dana)
    by_name = await scene.ask(ListConversations(asker=dana, sort=ConversationSort.NAME, limit=2))

    with pytest.raises(Refused, match="invalid_cursor"):
        await listed(scene, dana, sort=ConversationSort.UNREAD, cursor=by_name.next)


async def test_a_cursor_holds_no_name(scene: Scene, here: Place, dana: Asker) -> None:
    await a_caseload(scene, here, dana)

    reply = await scene.ask(ListConversations(asker=dana, sort=ConversationSort.NAME, limit=2))

    padded = reply.next + "=" * (-len(reply.next) % 4)
    assert b"abbott" not in urlsafe_b64decode(padded).lower()


FOUND = {
    "pena": ["Inés Peña"],
    "INÉS": ["Inés Peña"],
    "peña, inés": ["Inés Peña"],
    "jc-77": ["Tom Tully"],
    "tul": ["Tom Tully"],
    "Tulley": ["Tom Tully"],
    "(312) 555-9177": ["Ola Berg"],
    "+1 312 555 9177": ["Ola Berg"],
    "312.555.9177": ["Ola Berg"],
    "555-9177": ["Ola Berg"],
    "100%": [],
    "nobody of this name": [],
    "\x00": ["Inés Peña", "Ola Berg", "Tom Tully"],
}


async def test_the_search_finds_names_numbers_and_id_numbers(
    scene: Scene, here: Place, dana: Asker
) -> None:
    await scene.thread(here, dana, first_name="Inés", last_name="Peña")
    await scene.thread(here, dana, first_name="Tom", last_name="Tully", id_number="JC-77")
    await scene.thread(
        here, dana, first_name="Ola", last_name="Berg", search_text="ola berg +13125559177"
    )

    found = {typed: sorted(names(await listed(scene, dana, q=typed))) for typed in FOUND}

    assert found == FOUND


@pytest.mark.parametrize("few", [0, 3_000], ids=["many", "few"])
async def test_filters_narrow_the_list(
    scene: Scene, here: Place, dana: Asker, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(listing, "_FEW", few)  # which of the two ways through the table is taken
    late = new_id()
    await scene.put(
        status,
        [{"id": late, "department_id": here.id, "name": "On watch", "follow_up_days": 14}],
    )
    ago = NOON - 10 * DAY
    await scene.thread(here, dana, first_name="due", status_id=late, last_contact_at=ago)
    await scene.thread(here, dana, first_name="seen", status_id=late, last_contact_at=NOON - DAY)
    await scene.thread(here, dana, first_name="failed", has_delivery_problem=True)
    await scene.thread(here, dana, first_name="spanish", language="es")
    await scene.thread(here, dana, first_name="over", state=ConversationState.CLOSED)
    await scene.thread(here, dana, first_name="waiting", unread_count=1)

    async def first_names(**asked: Any) -> set[str]:
        return {row.first_name for row in await listed(scene, dana, **asked)}

    assert await first_names() == {"due", "seen", "failed", "spanish", "waiting"}
    assert await first_names(due=True) == {"due"}
    assert await first_names(due=False) == {"seen", "failed", "spanish", "waiting"}
    assert await first_names(status=late) == {"due", "seen"}
    assert await first_names(delivery_problem=True) == {"failed"}
    assert await first_names(language="es") == {"spanish"}
    assert await first_names(state=ConversationState.CLOSED) == {"over"}
    assert await first_names(unread=True) == {"waiting"}
    assert await first_names(unread=False, language="es") == {"spanish"}
    assert await first_names(category=new_id()) == set()


async def test_the_unassigned_inbox_is_the_front_desks_and_the_supervisors(
    scene: Scene, here: Place, dana: Asker
) -> None:
    there = await scene.department("Probation")
    waiting = await scene.unknown_sender(here, unread_count=1)
    await scene.unknown_sender(there)
    await scene.thread(here, dana)
    desk = await scene.staff("Desk", (Role.FRONT_DESK, here))
    joan = await scene.staff("Joan", (Role.SUPERVISOR, here))

    async def ids(asker: Asker, **asked: Any) -> list[UUID]:
        return [row.id for row in await listed(scene, asker, **asked)]

    assert await ids(desk, box=Box.UNASSIGNED) == [waiting.id]
    assert await ids(desk, state=ConversationState.UNASSIGNED) == [waiting.id]
    assert await ids(desk, box=Box.DEPARTMENT) == [waiting.id]
    assert await ids(joan, box=Box.UNASSIGNED) == [waiting.id]
    assert len(await ids(joan, box=Box.DEPARTMENT)) == 2
    assert await ids(dana, box=Box.UNASSIGNED) == []
    assert len(await ids(dana, box=Box.DEPARTMENT)) == 1


async def test_lists_of_several_departments_are_one_list(scene: Scene, here: Place) -> None:
    there = await scene.department("Probation")
    elsewhere = await scene.department("Treatment")
    auditor = await scene.staff("Ruth", (Role.AUDITOR, here), (Role.AUDITOR, there))
    for place, department in enumerate((here, there, elsewhere, there, here)):
        await scene.thread(
            department, None, first_name=str(place), last_contact_at=NOON - place * DAY
        )

    rows = await listed(scene, auditor, box=Box.DEPARTMENT)
    narrowed = await listed(scene, auditor, box=Box.DEPARTMENT, department_id=there.id)

    assert [row.first_name for row in rows] == ["0", "1", "3", "4"]
    assert [row.first_name for row in narrowed] == ["1", "3"]
    with pytest.raises(Refused, match="not_found"):
        await listed(scene, auditor, box=Box.DEPARTMENT, department_id=elsewhere.id)


async def test_a_cover_has_the_colleagues_conversations_for_the_period(
    scene: Scene, here: Place, dana: Asker
) -> None:
    marcus = await scene.staff("Marcus", (Role.CASE_MANAGER, here))
    await scene.thread(here, dana)
    row = {"id": new_id(), "staff_id": dana.staff_id, "covered_by": marcus.staff_id}
    await scene.put(coverage, [{**row, "since": NOON - DAY, "until": NOON + DAY}])

    during = await listed(scene, marcus)
    scene.clock.at = NOON + 2 * DAY
    afterwards = await listed(scene, marcus)

    assert [row.assigned_to and row.assigned_to.full_name for row in during] == ["Dana"]
    assert afterwards == []


async def test_a_number_that_nobody_has_finds_nobody_with_a_similar_one(
    scene: Scene, here: Place, dana: Asker
) -> None:
    await scene.thread(here, dana, id_number="B-0012345")

    async def found(q: str) -> int:
        return len((await scene.ask(ListConversations(asker=dana, q=q))).items)

    assert (await found("b-0012345"), await found("B-0012346")) == (1, 0)
