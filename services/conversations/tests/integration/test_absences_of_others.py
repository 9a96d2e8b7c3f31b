"""Supervisors and administrators set and end a colleague's absence (rule 2.10)."""

import asyncio

import pytest
from services.conversations.tests.covering import DAY, CoveredOffice
from services.conversations.tests.scenes import NOON, Place, Scene

from clientcomm_contracts.conversations.coverage import EndCoverage
from clientcomm_contracts.conversations.reading import GetThread
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.notices import NoticeKind, SendNoticesV1
from clientcomm_contracts.values import Role

pytestmark = pytest.mark.integration


@pytest.fixture
async def office(scene: Scene) -> CoveredOffice:
    return await CoveredOffice.opened(scene)


@pytest.fixture
async def court(scene: Scene) -> Place:
    return await scene.department("Court", time_zone="America/Denver")


@pytest.mark.parametrize("by", ["sue", "chief"])
async def test_the_cover_reads_from_then_on_and_both_are_told(
    office: CoveredOffice, by: str
) -> None:
    await office.away(getattr(office, by))

    question = GetThread(asker=office.ben, conversation_id=office.thread.id)
    assert (await office.scene.ask(question)).items == ()
    (told,) = await office.writing.told(SendNoticesV1)
    assert [(one.staff_id, one.kind) for one in told.items] == [
        (office.ben.staff_id, NoticeKind.COVERING),
        (office.ana.staff_id, NoticeKind.COVERED),
    ]
    assert told.items[0].details["by"] == "Ana"
    assert told.items[1].details["cover"] == "Ben"


@pytest.mark.parametrize("by", ["sue", "chief", "ana"])
async def test_who_set_it_or_is_away_ends_it_and_the_cover_reads_no_more(
    office: CoveredOffice, by: str
) -> None:
    period = await office.away(office.sue)

    (row,) = [one for one in (await office.listed(office.sue)).department if one.may_end]
    await office.writing.order(EndCoverage(asker=getattr(office, by), coverage_id=period.id))

    assert row.id == period.id
    with pytest.raises(Refused, match="not_found"):
        await office.scene.ask(GetThread(asker=office.ben, conversation_id=office.thread.id))
    assert (await office.listed(office.ana)).own == ()


async def test_nobody_else_sets_or_ends_it(office: CoveredOffice, court: Place) -> None:
    elsewhere = await office.scene.staff("Eve", (Role.SUPERVISOR, court))
    auditor = await office.scene.staff("Aud", (Role.AUDITOR, office.here))
    period = await office.away(office.sue)

    for asker in (office.ben, elsewhere, auditor):
        with pytest.raises(Refused, match="not_found"):
            await office.away(asker, since=NOON + 2 * DAY, until=NOON + 3 * DAY)
        with pytest.raises(Refused, match="not_found"):
            await office.writing.order(EndCoverage(asker=asker, coverage_id=period.id))
    (seen,) = (await office.listed(auditor)).department
    assert not seen.may_end


async def test_who_has_no_clients_or_is_gone_is_not_sent_away(
    office: CoveredOffice, court: Place
) -> None:
    gone = await office.scene.staff("Gone", (Role.CASE_MANAGER, office.here), is_active=False)
    desk = await office.scene.staff("Fay", (Role.FRONT_DESK, office.here))

    for person in (gone, desk):
        with pytest.raises(Refused, match="not_found"):
            await office.away(office.sue, staff_id=person.staff_id)
    with pytest.raises(Refused, match="no_caseload"):
        await office.away(office.sue, staff_id=None)
    outside = await office.scene.staff("Out", (Role.CASE_MANAGER, court))
    with pytest.raises(Refused, match="cannot_cover"):
        await office.away(office.sue, covered_by=outside.staff_id)


async def test_the_page_offers_those_of_ones_own_departments(
    office: CoveredOffice, court: Place
) -> None:
    outside = await office.scene.staff("Out", (Role.CASE_MANAGER, court))

    sues = await office.listed(office.sue)
    chiefs = await office.listed(office.chief)
    bens = await office.listed(office.ben)

    assert [one.full_name for one in sues.may_set_for] == ["Ana", "Ben"]
    assert {one.full_name for one in sues.covers} == {"Ana", "Ben", "Sue"}
    assert {one.id: one.time_zone for one in chiefs.may_set_for}[
        outside.staff_id
    ] == "America/Denver"
    assert (bens.may_set_for, bens.covers) == ((), ())


async def test_two_who_enter_it_in_the_same_moment_make_one_period(office: CoveredOffice) -> None:
    results = await asyncio.gather(
        office.away(office.sue),
        office.away(office.chief),
        office.away(office.ana, staff_id=None),
        return_exceptions=True,
    )

    refused = [one.code for one in results if isinstance(one, Refused)]
    assert refused == ["already_away", "already_away"]
