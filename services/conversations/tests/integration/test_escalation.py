"""A text that stays unread too long is brought to the cover's, else the supervisors' notice."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from services.conversations.tests.scenes import Scene
from services.conversations.tests.small_office import SmallOffice
from services.conversations.tests.writings import a_text
from sqlalchemy import text

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.reading import MarkRead, MarkUnread
from clientcomm_contracts.notices import Notice, NoticeKind
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import ConversationState, Role
from clientcomm_conversations.adapters.escalation import Escalation
from clientcomm_conversations.adapters.tables.staff import coverage

pytestmark = pytest.mark.integration

MONDAY_TEN = datetime.fromisoformat("2026-03-02T10:00-06:00")
HOUR = timedelta(hours=1)


class Office(SmallOffice):
    """Ana's client texts, on a Monday at ten."""

    async def open(self) -> None:
        self.scene.clock.at = MONDAY_TEN
        await super().open()

    async def hear(self, at: datetime = MONDAY_TEN) -> None:
        await self.writing.deliver(a_text(self.here, self.thread.number, at=at))

    async def look(self, at: datetime) -> list[Notice]:
        """One round at this time; returns all notices so far."""
        self.scene.clock.at = at
        await Escalation(self.scene.database, self.writing.writers).look()
        return await self.notices()

    async def settings(self, settings: str) -> None:
        async with self.scene.database.transaction() as tx:
            await tx.execute(
                text("update department set settings = cast(:settings as jsonb)"),
                {"settings": settings},
            )

    async def covered(self, by: Asker, **more: Any) -> None:
        row = {
            "id": new_id(),
            "staff_id": self.ana.staff_id,
            "covered_by": by.staff_id,
            "since": MONDAY_TEN - HOUR,
            "until": MONDAY_TEN + 100 * HOUR,
            **more,
        }
        await self.scene.put(coverage, [row])


@pytest.fixture
async def office(scene: Scene) -> Office:
    return await Office.opened(scene)


async def test_after_four_hours_of_the_office_supervisors_are_told_once(office: Office) -> None:
    await office.hear()

    assert await office.look(MONDAY_TEN + 4 * HOUR - timedelta(seconds=1)) == []
    (notice,) = await office.look(MONDAY_TEN + 4 * HOUR)
    assert notice.kind is NoticeKind.UNREAD_TOO_LONG
    assert (notice.staff_id, notice.conversation_id) == (office.sue.staff_id, office.thread.id)
    assert notice.details == {"client": "Ada Q", "assigned": "Ana", "hours": "4"}
    assert await office.look(MONDAY_TEN + 30 * HOUR) == [notice]


async def test_nights_weekends_and_holidays_do_not_count(office: Office) -> None:
    await office.settings('{"holidays": ["2026-03-09"]}')
    friday = datetime.fromisoformat("2026-03-06T16:00-06:00")
    tuesday_eleven = datetime.fromisoformat("2026-03-10T11:00-05:00")  # the clock has changed
    await office.hear(friday)

    assert await office.look(tuesday_eleven - timedelta(seconds=1)) == []
    assert len(await office.look(tuesday_eleven)) == 1


async def test_the_cover_is_told_and_not_the_supervisors(office: Office) -> None:
    await office.covered(office.ben)
    await office.hear()

    notices = await office.look(MONDAY_TEN + 5 * HOUR)

    assert [notice.staff_id for notice in notices] == [office.ben.staff_id]


async def test_a_cover_from_another_department_reads_nothing_here_so_supervisors_are_told(
    office: Office,
) -> None:
    """Who carries clients in two departments may be covered in one of them only."""
    there = await office.scene.department("Probation")
    far = await office.scene.staff("Fay Far", (Role.CASE_MANAGER, there))
    await office.covered(far)
    await office.hear()

    notices = await office.look(MONDAY_TEN + 5 * HOUR)

    assert [notice.staff_id for notice in notices] == [office.sue.staff_id]


@pytest.mark.parametrize("why", ["ended", "over", "gone"])
async def test_without_a_cover_now_it_is_the_supervisors_notice(office: Office, why: str) -> None:
    gone = await office.scene.staff("Flo", (Role.CASE_MANAGER, office.here), is_active=False)
    more = {"ended": {"ended_at": MONDAY_TEN}, "over": {"until": MONDAY_TEN}, "gone": {}}[why]
    await office.covered(gone if why == "gone" else office.ben, **more)
    await office.hear()

    notices = await office.look(MONDAY_TEN + 5 * HOUR)

    assert [notice.staff_id for notice in notices] == [office.sue.staff_id]


async def test_a_text_that_was_read_is_nobodys_notice(office: Office) -> None:
    await office.hear()
    await office.writing.order(MarkRead(asker=office.ana, conversation_id=office.thread.id))

    assert await office.look(MONDAY_TEN + 30 * HOUR) == []


async def test_each_text_is_told_of_once_and_those_that_wait_together_together(
    office: Office,
) -> None:
    await office.hear(MONDAY_TEN)
    await office.hear(MONDAY_TEN + timedelta(minutes=1))
    first = await office.look(MONDAY_TEN + 5 * HOUR)
    await office.hear(MONDAY_TEN + 5 * HOUR)
    await office.writing.order(MarkRead(asker=office.ana, conversation_id=office.thread.id))
    await office.writing.order(MarkUnread(asker=office.ana, conversation_id=office.thread.id))

    second = await office.look(MONDAY_TEN + 40 * HOUR)

    assert len(first) == 1
    assert len(second) == 2
    assert len({notice.id for notice in second}) == 2


async def test_what_nobody_is_assigned_to_is_told_of_too_and_spam_is_not(office: Office) -> None:
    await office.writing.deliver(a_text(office.here, "+13125550177", at=MONDAY_TEN))
    await office.scene.thread(
        office.here, None, state=ConversationState.BLOCKED, unread_count=1,
        last_inbound_at=MONDAY_TEN,
    )  # fmt: skip

    (notice,) = await office.look(MONDAY_TEN + 5 * HOUR)

    assert notice.staff_id == office.sue.staff_id
    assert notice.details == {"hours": "4"}


async def test_the_organisations_supervisors_are_told_where_a_department_has_none(
    scene: Scene,
) -> None:
    office = Office(scene)
    office.here = await scene.department("Probation")
    office.ana = await scene.staff("Ana", (Role.CASE_MANAGER, office.here))
    office.thread = await scene.thread(office.here, office.ana)
    chief = await scene.staff("Chief", (Role.SUPERVISOR, None))
    await office.hear()

    notices = await office.look(MONDAY_TEN + 5 * HOUR)

    assert [notice.staff_id for notice in notices] == [chief.staff_id]


@pytest.mark.parametrize(
    ("settings", "hours", "told"),
    [
        ('{"escalate_after_minutes": 0}', 30, 0),
        ('{"escalate_after_minutes": 90}', 2, 1),
        ('{"office_hours": {"monday": null, "tuesday": {"starts": "10:00"}}}', 26, 0),
        ('{"office_hours": {"monday": null, "tuesday": {"starts": "10:00"}}}', 28, 1),
    ],
)
async def test_limit_and_hours_are_the_departments(
    office: Office, settings: str, hours: int, told: int
) -> None:
    await office.settings(settings)
    await office.hear()

    assert len(await office.look(MONDAY_TEN + hours * HOUR)) == told


async def test_texts_of_long_ago_are_no_news(office: Office) -> None:
    await office.hear(MONDAY_TEN - timedelta(days=20))

    assert await office.look(MONDAY_TEN) == []


async def test_two_rounds_in_the_same_moment_tell_once(office: Office) -> None:
    for _ in range(3):
        office.thread = await office.scene.thread(office.here, office.ana)
        await office.hear()
    office.scene.clock.at = MONDAY_TEN + 5 * HOUR
    escalation = Escalation(office.scene.database, office.writing.writers)

    counts = await asyncio.gather(*(escalation.look() for _ in range(3)))

    assert sum(counts) == 3
    notices = await office.notices()
    assert len({notice.id for notice in notices}) == len(notices)
    assert sum(int(notice.details.get("count", 1)) for notice in notices) == 3


async def test_a_text_whose_conversation_is_held_just_now_is_told_of_in_the_next_round(
    office: Office,
) -> None:
    await office.hear()
    async with office.scene.database.transaction() as tx:
        await tx.execute(
            text("select 1 from conversation where id = :id for update"), {"id": office.thread.id}
        )
        assert await office.look(MONDAY_TEN + 5 * HOUR) == []

    assert len(await office.look(MONDAY_TEN + 5 * HOUR)) == 1


async def test_who_should_know_of_several_texts_gets_one_e_mail(office: Office) -> None:
    others = [await office.scene.thread(office.here, office.ana) for _ in range(2)]
    for number in (office.thread.number, *(one.number for one in others)):
        await office.writing.deliver(a_text(office.here, number, at=MONDAY_TEN))

    (notice,) = await office.look(MONDAY_TEN + 5 * HOUR)

    assert notice.staff_id == office.sue.staff_id
    assert notice.conversation_id is None
    assert notice.details == {"count": "3", "hours": "4"}
    assert len(await office.look(MONDAY_TEN + 6 * HOUR)) == 1
