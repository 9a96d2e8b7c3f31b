"""A case manager is away, and a colleague covers (rule 2.10; scenario 29 of the research)."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from services.conversations.tests.covering import DAY, CoveredOffice
from services.conversations.tests.scenes import NOON, Scene
from services.conversations.tests.waiting import until_somebody_waits
from services.conversations.tests.writings import a_key, a_text
from sqlalchemy import text

from clientcomm_contracts.conversations.coverage import EndCoverage
from clientcomm_contracts.conversations.directory import GetMe
from clientcomm_contracts.conversations.reading import Box, GetThread, ListConversations
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.notices import NoticeKind, SendNoticesV1
from clientcomm_contracts.values import Role, TextTag
from clientcomm_conversations.adapters.tables.staff import staff

pytestmark = pytest.mark.integration


@pytest.fixture
async def office(scene: Scene) -> CoveredOffice:
    return await CoveredOffice.opened(scene)


async def test_the_cover_reads_and_answers_under_their_own_name_in_the_period_only(
    office: CoveredOffice,
) -> None:
    scene, thread = office.scene, office.thread
    await office.hear()
    with pytest.raises(Refused, match="not_found"):
        await scene.ask(GetThread(asker=office.ben, conversation_id=thread.id))

    await office.away(since=NOON + timedelta(hours=1))
    assert (await scene.ask(ListConversations(asker=office.ben, box=Box.COVERING))).items == ()
    scene.clock.at = NOON + timedelta(hours=2)
    listed = await scene.ask(ListConversations(asker=office.ben, box=Box.COVERING))
    me = await scene.ask(GetMe(asker=office.ben))
    sent = await office.writing.send(office.ben, thread)
    assert [row.id for row in listed.items] == [thread.id]
    assert (me.unread_conversations, [c.full_name for c in me.covers]) == (1, ["Ana"])
    assert sent.staff.full_name == "Ben"

    scene.clock.at = NOON + DAY
    with pytest.raises(Refused, match="not_found"):
        await scene.ask(GetThread(asker=office.ben, conversation_id=thread.id))
    assert (await scene.ask(GetMe(asker=office.ben))).covers == ()


async def test_the_box_of_the_cover_shows_what_they_cover_and_not_their_own(
    office: CoveredOffice,
) -> None:
    own = await office.scene.thread(office.here, office.ben)
    await office.away()

    covered = await office.scene.ask(ListConversations(asker=office.ben, box=Box.COVERING))
    mine = await office.scene.ask(ListConversations(asker=office.ben, box=Box.MINE))
    colleague = await office.scene.ask(ListConversations(asker=office.ana, box=Box.COVERING))

    assert [row.id for row in covered.items] == [office.thread.id]
    assert {row.id for row in mine.items} == {own.id, office.thread.id}
    assert colleague.items == ()


async def test_the_cover_is_told_by_e_mail_and_both_see_the_period(office: CoveredOffice) -> None:
    view = await office.away(until=NOON + 2 * DAY, away_reply="  I am away.  ")

    (command,) = await office.writing.told(SendNoticesV1)
    (notice,) = command.items
    ana = await office.listed(office.ana)
    ben = await office.listed(office.ben)
    assert (notice.kind, notice.staff_id) == (NoticeKind.COVERING, office.ben.staff_id)
    assert notice.details == {"by": "Ana", "since": "2026-03-02", "until": "2026-03-04"}
    assert (view.away_reply, view.is_now, view.clients) == ("I am away.", True, 1)
    assert ana.own == (view,)
    assert [c.full_name for c in ana.colleagues] == ["Ben", "Sue"]
    assert [(one.id, one.may_end) for one in ben.covering] == [(view.id, False)]


async def test_periods_of_a_department_are_seen_by_its_supervisors_only(
    office: CoveredOffice,
) -> None:
    there = await office.scene.department("Probation")
    elsewhere = await office.scene.staff("Tom", (Role.SUPERVISOR, there))
    colleague = await office.scene.staff("Cy", (Role.CASE_MANAGER, office.here))
    view = await office.away()

    seen = {
        who: [one.id for one in (await office.listed(asker)).department]
        for who, asker in {
            "here": office.sue,
            "elsewhere": elsewhere,
            "colleague": colleague,
        }.items()
    }

    assert seen == {"here": [view.id], "elsewhere": [], "colleague": []}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"until": NOON}, "is_over"),
        ({"since": NOON + 2 * DAY}, "ends_before_it_begins"),
        ({"since": NOON - timedelta(hours=1)}, "begins_in_the_past"),
        ({"until": NOON + 400 * DAY}, "away_too_long"),
    ],
)
async def test_a_period_that_makes_no_sense_is_refused(
    office: CoveredOffice, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        await office.away(**changes)
    assert await office.writing.told(SendNoticesV1) == []


async def test_only_a_colleague_who_could_answer_may_cover(office: CoveredOffice) -> None:
    scene = office.scene
    there = await scene.department("Probation")
    others = {
        "herself": office.ana,
        "elsewhere": await scene.staff("Cy", (Role.CASE_MANAGER, there)),
        "front desk": await scene.staff("Di", (Role.FRONT_DESK, office.here)),
        "auditor": await scene.staff("Ed", (Role.AUDITOR, office.here)),
        "gone": await scene.staff("Flo", (Role.CASE_MANAGER, office.here), is_active=False),
    }

    for asker in others.values():
        with pytest.raises(Refused, match="cannot_cover"):
            await office.away(covered_by=asker.staff_id)
    with pytest.raises(Refused, match="no_caseload"):
        await office.away(others["front desk"], staff_id=None)
    everywhere = await scene.staff("Gus", (Role.SUPERVISOR, None))
    assert (await office.away(covered_by=everywhere.staff_id)).is_now


async def test_who_is_deactivated_in_the_same_moment_covers_nobody(office: CoveredOffice) -> None:
    async with office.scene.database.transaction() as tx:
        await tx.execute(
            staff.update().where(staff.c.id == office.ben.staff_id).values(is_active=False)
        )
        waiting = asyncio.create_task(office.away())
        await until_somebody_waits(office.scene)

    with pytest.raises(Refused, match="cannot_cover"):
        await waiting


async def test_one_cover_at_a_time_also_when_two_forms_come_in_the_same_moment(
    office: CoveredOffice,
) -> None:
    results = await asyncio.gather(
        office.away(), office.away(until=NOON + 3 * DAY), return_exceptions=True
    )
    later = await office.away(since=NOON + 4 * DAY, until=NOON + 5 * DAY)

    refused = [one for one in results if isinstance(one, Refused)]
    assert [one.code for one in refused] == ["already_away"]
    assert not later.is_now
    with pytest.raises(Refused, match="already_away"):
        await office.away(since=NOON + 3 * DAY, until=NOON + 6 * DAY)


async def test_the_same_form_twice_is_one_period(office: CoveredOffice) -> None:
    key = a_key("away")

    first = await office.away(repeat_key=key)
    second = await office.away(repeat_key=key)

    assert first == second
    assert len(await office.writing.rows("select 1 from coverage")) == 1


async def test_who_is_away_ends_it_and_nobody_else(office: CoveredOffice) -> None:
    view = await office.away()
    with pytest.raises(Refused, match="not_found"):
        await office.writing.order(EndCoverage(asker=office.ben, coverage_id=view.id))

    for _ in range(2):
        ended = await office.writing.order(EndCoverage(asker=office.ana, coverage_id=view.id))
        assert not ended.coverage.is_now

    assert (await office.listed(office.ana)).own == ()
    with pytest.raises(Refused, match="not_found"):
        await office.writing.send(office.ben, office.thread)
    assert (await office.away()).is_now


async def test_a_client_gets_the_away_reply_once_in_24_hours(office: CoveredOffice) -> None:
    await office.away(until=NOON + 5 * DAY, away_reply="Ana is away. Ben reads your texts.")

    assert [r.body for r in await office.hear()] == ["Ana is away. Ben reads your texts."]
    office.scene.clock.at = NOON + timedelta(hours=23, minutes=59)
    assert len(await office.hear()) == 1
    office.scene.clock.at = NOON + timedelta(hours=24)
    assert len(await office.hear()) == 2
    assert (await office.writing.summary(office.thread.id)).unread_count == 3


@pytest.mark.parametrize("tag", [TextTag.STOP, TextTag.START, TextTag.SUSPECTED_REFUSAL])
async def test_no_away_reply_goes_to_who_asks_for_no_texts(
    office: CoveredOffice, tag: TextTag
) -> None:
    await office.away(away_reply="I am away.")

    assert await office.hear(tag=tag) == []


async def test_no_away_reply_goes_to_a_machine_or_in_a_loop_or_without_a_period(
    office: CoveredOffice,
) -> None:
    assert await office.hear() == []
    view = await office.away(away_reply="I am away.")
    assert office.thread.client_id is not None
    await office.scene.number(office.thread.client_id, "72345")
    await office.writing.deliver(a_text(office.here, "72345"))
    assert (await office.writing.summary(office.thread.id)).unread_count == 2
    assert await office.replies() == []

    async with office.scene.database.transaction() as tx:
        await tx.execute(
            text(
                "insert into automatic_reply (id, department_id, number, at)"
                " select gen_random_uuid(), :place, :number, :at from generate_series(1, 5)"
            ),
            {"place": office.here.id, "number": office.thread.number, "at": NOON},
        )
    assert await office.hear() == []
    office.scene.clock.at = NOON + timedelta(hours=2)
    await office.writing.order(EndCoverage(asker=office.ana, coverage_id=view.id))
    assert await office.hear() == []


async def test_outside_office_hours_the_first_text_is_answered_in_the_departments_words(
    office: CoveredOffice,
) -> None:
    monday_evening = datetime.fromisoformat("2026-03-02T18:00-06:00")
    assert await office.hear() == []
    async with office.scene.database.transaction() as tx:
        await tx.execute(
            text("update department set settings = cast(:settings as jsonb) where id = :id"),
            {
                "id": office.here.id,
                "settings": '{"automatic_replies": {"en": {"outside_office_hours":'
                ' "We read this on the next day. In an emergency call 911."}}}',
            },
        )

    office.scene.clock.at = monday_evening - timedelta(hours=3)
    assert await office.hear() == []
    for hours in (0, 1, 13.9):  # until Tuesday, 7:54
        office.scene.clock.at = monday_evening + timedelta(hours=hours)
        answered = await office.hear()
    assert [a.body for a in answered] == ["We read this on the next day. In an emergency call 911."]
    office.scene.clock.at = monday_evening + DAY
    assert len(await office.hear()) == 2
