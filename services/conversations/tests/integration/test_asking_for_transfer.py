"""A case manager types a number that a colleague's client has, and asks for them (rule 2.4)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from services.conversations.tests.scenes import NOON, Scene
from services.conversations.tests.small_office import SmallOffice
from services.conversations.tests.writings import a_key

from clientcomm_contracts.conversations.asking import AskForTransfer, TransferAskedReply
from clientcomm_contracts.conversations.clients import AddClient
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.notices import NoticeKind
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Role

pytestmark = pytest.mark.integration


class Office(SmallOffice):
    """Ben wants Ana's client."""

    async def ask(self, asker: Asker | None = None, **more: Any) -> TransferAskedReply:
        asked = {"asker": asker or self.ben, "phone": self.thread.number, **more}
        reply: TransferAskedReply = await self.writing.order(AskForTransfer(**asked))
        return reply

    async def refusal(self, asker: Asker, **more: Any) -> Refused:
        with pytest.raises(Refused) as refused:
            await self.ask(asker, **more)
        return refused.value


@pytest.fixture
async def office(scene: Scene) -> Office:
    return await Office.opened(scene)


async def test_the_colleague_and_the_supervisors_get_an_e_mail(office: Office) -> None:
    reply = await office.ask()

    notices = await office.notices()
    assert {one.staff_id for one in notices} == {office.ana.staff_id, office.sue.staff_id}
    assert {one.kind for one in notices} == {NoticeKind.TRANSFER_ASKED}
    assert {one.conversation_id for one in notices} == {office.thread.id}
    assert notices[0].details == {
        "by": "Ben", "by_id": str(office.ben.staff_id), "client": "Ada Q",
    }  # fmt: skip
    assert (reply.asked.full_name, reply.asked_at, reply.is_repeated) == ("Ana", NOON, False)


async def test_who_asks_again_within_a_day_is_told_so_and_nobody_else_is(office: Office) -> None:
    await office.ask()
    office.scene.clock.at = NOON + timedelta(hours=23)

    again = await office.ask()

    assert (again.asked_at, again.is_repeated) == (NOON, True)
    assert len(await office.notices()) == 2
    office.scene.clock.at = NOON + timedelta(hours=25)
    assert not (await office.ask()).is_repeated
    assert len(await office.notices()) == 4


async def test_whoever_has_the_client_since_is_asked_as_well(office: Office) -> None:
    cleo = await office.scene.staff("Cleo", (Role.CASE_MANAGER, office.here))
    await office.ask()
    await office.scene.change_conversation(office.thread, assigned_to=cleo.staff_id)

    assert (await office.ask()).asked.full_name == "Cleo"
    assert cleo.staff_id in {one.staff_id for one in await office.notices()}


async def test_of_two_at_once_one_asks_and_the_other_is_told(office: Office) -> None:
    replies = await asyncio.gather(office.ask(), office.ask(), office.ask())

    assert sorted(reply.is_repeated for reply in replies) == [False, True, True]
    assert len(await office.notices()) == 2


async def test_the_same_request_again_gets_the_same_answer(office: Office) -> None:
    key = a_key()

    first = await office.ask(repeat_key=key)

    assert await office.ask(repeat_key=key) == first
    assert len(await office.notices()) == 2


async def test_a_supervisor_who_is_the_colleague_gets_one_e_mail(office: Office) -> None:
    both = await office.scene.staff(
        "Dana", (Role.CASE_MANAGER, office.here), (Role.SUPERVISOR, office.here)
    )
    theirs = await office.scene.thread(office.here, both, first_name="Bo")

    await office.ask(phone=theirs.number)

    readers = [one.staff_id for one in await office.notices()]
    assert sorted(readers) == sorted([both.staff_id, office.sue.staff_id])


async def test_nothing_is_asked_where_no_colleague_has_the_client(office: Office) -> None:
    assert (await office.refusal(office.ana)).code == "not_with_a_colleague"
    assert (await office.refusal(office.ben, phone="+12125550999")).code == "not_with_a_colleague"
    court = await office.scene.department("Court")
    eve = await office.scene.staff("Eve", (Role.CASE_MANAGER, court))
    assert (await office.refusal(eve)).code == "not_with_a_colleague"
    assert (await office.refusal(eve, department_id=office.here.id)).code == "not_found"
    assert (await office.refusal(office.ben, phone="12")).field == "phone"
    assert await office.notices() == []


async def test_only_who_can_have_a_caseload_asks(office: Office) -> None:
    desk = await office.scene.staff("Fay", (Role.FRONT_DESK, office.here))
    auditor = await office.scene.staff("Aud", (Role.AUDITOR, office.here))

    for asker in (office.sue, desk, auditor):
        refused = await office.refusal(asker, department_id=office.here.id)
        assert refused.code == "not_allowed"


async def test_of_several_clients_with_the_number_one_is_chosen(office: Office) -> None:
    other = await office.scene.thread(office.here, office.ana, first_name="Bo")
    assert other.client_id is not None
    await office.scene.number(other.client_id, office.thread.number)

    refused = await office.refusal(office.ben)
    await office.ask(client_id=other.client_id)

    assert refused.code == "number_shared"
    assert {one.conversation_id for one in await office.notices()} == {other.id}


async def test_adding_says_for_whom_one_may_ask(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        await office.writing.order(
            AddClient(asker=office.ben, last_name="Quist", phone=office.thread.number)
        )

    assert refused.value.code == "assigned_to_colleague"
    assert refused.value.details["client_id"] == str(office.thread.client_id)
