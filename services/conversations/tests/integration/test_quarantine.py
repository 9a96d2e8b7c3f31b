from datetime import timedelta
from typing import Any

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene
from services.conversations.tests.writings import Writing, a_key, a_text

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.quarantine import (
    AssignQuarantined,
    ListQuarantine,
    QuarantinedKind,
    QuarantineReply,
)
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import InboundMedia
from clientcomm_contracts.values import Role

pytestmark = pytest.mark.integration

PHONE = "+12125550188"


@pytest.fixture
def writing(scene: Scene) -> Writing:
    return Writing(scene)


@pytest.fixture
async def office(scene: Scene) -> Place:
    return await scene.department("Probation North")


@pytest.fixture
async def chief(scene: Scene) -> Asker:
    return await scene.staff("Ada Admin", (Role.ADMINISTRATOR, None))


@pytest.fixture
async def supervisor(scene: Scene, office: Place) -> Asker:
    return await scene.staff("Sue Super", (Role.SUPERVISOR, office))


async def _lost(writing: Writing, office: Place, *bodies: str, files: bool = False) -> None:
    media = (InboundMedia(id=new_id(), content_type="image/png", position=0),) if files else ()
    for minute, body in enumerate(bodies):
        at = NOON + timedelta(minutes=minute)
        text = a_text(office, PHONE, body, at=at, media=media)
        await writing.deliver(text.model_copy(update={"department_id": None}))


async def _listed(scene: Scene, asker: Asker, **more: Any) -> QuarantineReply:
    reply: QuarantineReply = await scene.ask(ListQuarantine(asker=asker, **more))
    return reply


async def _assign(
    writing: Writing, asker: Asker, text_id: Any, department_id: Any, **more: Any
) -> Any:
    return await writing.order(
        AssignQuarantined(asker=asker, text_id=text_id, department_id=department_id, **more)
    )


async def test_an_administrator_sees_sender_time_and_kind_but_no_word(
    writing: Writing, scene: Scene, office: Place, chief: Asker
) -> None:
    await _lost(writing, office, "a secret")
    await _lost(writing, office, "", files=True)

    found = await _listed(scene, chief)

    assert {one.kind for one in found.items} == {QuarantinedKind.TEXT, QuarantinedKind.FILES}
    assert {(one.number_from, one.body) for one in found.items} == {(PHONE, None)}
    assert found.may_assign == (office.id,)


async def test_the_supervisor_of_the_department_it_is_given_to_reads_it(
    writing: Writing, scene: Scene, office: Place, chief: Asker, supervisor: Asker
) -> None:
    court = await scene.department("Pretrial South")
    elsewhere = await scene.staff("Ova There", (Role.SUPERVISOR, court))
    await _lost(writing, office, "a secret")
    (text,) = (await _listed(scene, chief)).items
    assert (await _listed(scene, supervisor)).items == ()

    answer = await _assign(writing, chief, text.id, office.id)

    assert answer.text.body is None
    assert [one.body for one in (await _listed(scene, supervisor)).items] == ["a secret"]
    assert (await _listed(scene, elsewhere)).items == ()
    assert (await _listed(scene, chief)).items[0].department_name == "Probation North"


async def test_case_managers_have_no_quarantine(
    writing: Writing, scene: Scene, office: Place
) -> None:
    officer = await scene.staff("Dana Reyes", (Role.CASE_MANAGER, office), (Role.AUDITOR, office))
    await _lost(writing, office, "a secret")

    with pytest.raises(Refused) as refusal:
        await _listed(scene, officer)

    assert refusal.value.code == "not_found"


async def test_only_an_administrator_gives_texts_away_and_only_to_departments_of_theirs(
    writing: Writing, scene: Scene, office: Place, chief: Asker, supervisor: Asker
) -> None:
    court = await scene.department("Pretrial South")
    local = await scene.staff("Lo Cal", (Role.ADMINISTRATOR, office))
    await _lost(writing, office, "a secret")
    (text,) = (await _listed(scene, chief)).items
    attempts = [
        (supervisor, text.id, office.id, "not_found"),
        (local, text.id, court.id, "not_found"),
        (chief, text.id, new_id(), "not_found"),
        (chief, new_id(), office.id, "not_found"),
    ]

    for asker, text_id, department_id, code in attempts:
        with pytest.raises(Refused) as refusal:
            await _assign(writing, asker, text_id, department_id)
        assert refusal.value.code == code
    await _assign(writing, chief, text.id, court.id)
    with pytest.raises(Refused) as taken:
        await _assign(writing, local, text.id, office.id)
    assert taken.value.code == "not_found"


async def test_the_same_order_again_gets_the_same_answer(
    writing: Writing, scene: Scene, office: Place, chief: Asker
) -> None:
    await _lost(writing, office, "a secret")
    (text,) = (await _listed(scene, chief)).items
    key = a_key()

    first = await _assign(writing, chief, text.id, office.id, repeat_key=key)

    assert await _assign(writing, chief, text.id, office.id, repeat_key=key) == first


async def test_the_list_is_paged_newest_first(
    writing: Writing, scene: Scene, office: Place, chief: Asker
) -> None:
    await _lost(writing, office, *"abc")

    first = await _listed(scene, chief, limit=2)
    second = await _listed(scene, chief, limit=2, cursor=first.next)

    times = [one.received_at for one in (*first.items, *second.items)]
    assert times == sorted(times, reverse=True)
    assert (len(times), second.next) == (3, None)
    with pytest.raises(Refused):
        await _listed(scene, chief, cursor="nonsense")
