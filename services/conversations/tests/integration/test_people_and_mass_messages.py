from datetime import timedelta
from typing import Any

import pytest
from services.conversations.tests.scenes import NOON, Place, Scene

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.conversations.directory import GetMe, ListDepartments, ListStaff
from clientcomm_contracts.conversations.mass_messages import GetMassMessage
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Direction, MessageState, Role
from clientcomm_conversations.adapters.tables.departments import department
from clientcomm_conversations.adapters.tables.mass_messages import mass_message, mass_recipient

pytestmark = pytest.mark.integration


@pytest.fixture
async def here(scene: Scene) -> Place:
    return await scene.department("Pretrial")


@pytest.fixture
async def there(scene: Scene, here: Place) -> Place:
    return await scene.department("Adult Probation")


@pytest.fixture
async def dana(scene: Scene, here: Place) -> Asker:
    return await scene.staff("Dana", (Role.CASE_MANAGER, here))


async def test_one_sees_the_departments_where_one_holds_a_role(
    scene: Scene, here: Place, there: Place, dana: Asker
) -> None:
    theo = await scene.staff("Theo", (Role.ADMINISTRATOR, None))
    await scene.change(department, (await scene.department("Gone")).id, is_closed=True)

    mine = (await scene.ask(ListDepartments(asker=dana))).items
    everyones = (await scene.ask(ListDepartments(asker=theo))).items
    me = await scene.ask(GetMe(asker=dana))

    assert [(d.id, d.number) for d in mine] == [(here.id, here.number)]
    assert [d.department_name for d in everyones] == ["Adult Probation", "Pretrial"]
    assert me.departments == mine
    assert me.staff.full_name == "Dana"


async def test_where_clients_may_be_added_and_who_greets_them_is_told(
    scene: Scene, here: Place, there: Place
) -> None:
    dana = await scene.staff("Dana", (Role.CASE_MANAGER, here), (Role.AUDITOR, there))
    replies = {"es": {"first_text": "STOP, HELP"}, "en": {"first_text": ""}}
    await scene.change(department, here.id, settings={"automatic_replies": replies})

    me = await scene.ask(GetMe(asker=dana))

    assert me.may_add_in == (here.id,)
    assert {one.id: one.greets for one in me.departments} == {here.id: True, there.id: False}


async def test_colleagues_are_those_of_ones_departments_and_of_the_organisation(
    scene: Scene, here: Place, there: Place, dana: Asker
) -> None:
    await scene.staff("Marcus", (Role.CASE_MANAGER, here))
    await scene.staff("Owen", (Role.CASE_MANAGER, there))
    await scene.staff("Gone", (Role.CASE_MANAGER, here), is_active=False)
    theo = await scene.staff("Theo", (Role.ADMINISTRATOR, None))

    async def names(asker: Asker, **asked: Any) -> list[str]:
        reply = await scene.ask(ListStaff(asker=asker, **asked))
        return [person.full_name for person in reply.items]

    assert await names(dana) == ["Dana", "Marcus", "Theo"]
    assert await names(theo) == ["Dana", "Gone", "Marcus", "Owen", "Theo"]
    assert await names(theo, department_id=there.id) == ["Owen", "Theo"]
    with pytest.raises(Refused, match="not_found"):
        await names(dana, department_id=there.id)


async def test_staff_are_paged_by_name(scene: Scene, here: Place, dana: Asker) -> None:
    for name in ("marcus", "Elena", "Bo", "Bo"):
        await scene.staff(name, (Role.CASE_MANAGER, here))

    found: list[str] = []
    cursor = None
    while True:
        reply = await scene.ask(ListStaff(asker=dana, cursor=cursor, limit=2))
        found += [person.full_name for person in reply.items]
        cursor = reply.next
        if cursor is None:
            break

    assert found == ["Bo", "Bo", "Dana", "Elena", "marcus"]
    with pytest.raises(Refused, match="invalid_cursor"):
        await scene.ask(ListStaff(asker=dana, cursor="x"))


async def test_a_mass_message_shows_how_far_it_has_come(
    scene: Scene, here: Place, dana: Asker
) -> None:
    mass_id = new_id()
    row = {
        "id": mass_id,
        "department_id": here.id,
        "staff_id": dana.staff_id,
        "body": "We are closed on Monday.",
        "segments": 2,
        "recipients": 4,
        "created_at": NOON,
        "starts_at": NOON,
    }
    await scene.put(mass_message, [row])
    states: list[MessageState | str | None] = [
        *(MessageState.DELIVERED, MessageState.QUEUED, "opted_out", None)
    ]
    for place, state in enumerate(states):
        thread = await scene.thread(here, dana)
        recipient: dict[str, Any] = {
            "id": new_id(),
            "mass_message_id": mass_id,
            "conversation_id": thread.id,
            "position": place,
        }
        if isinstance(state, MessageState):
            recipient["message_id"] = await scene.message(
                thread,
                "We are closed on Monday.",
                NOON,
                direction=Direction.OUTBOUND,
                state=state.value,
                mass_message_id=mass_id,
            )
        elif state is not None:
            recipient["skipped_code"] = state
        await scene.put(mass_recipient, [recipient])

    view = (await scene.ask(GetMassMessage(asker=dana, mass_message_id=mass_id))).mass_message

    assert view.states == {"delivered": 1, "queued": 1, "waiting": 1}
    assert [skipped.code for skipped in view.skipped] == ["opted_out"]
    # Two texts of two segments are left, at one segment per second.
    assert view.ends_at == NOON + timedelta(seconds=4)
    assert (view.recipients, view.by_staff.full_name, view.is_stopped) == (4, "Dana", False)

    supervisor = await scene.staff("Joan", (Role.SUPERVISOR, here))
    assert (
        await scene.ask(GetMassMessage(asker=supervisor, mass_message_id=mass_id))
    ).is_preview is False
    colleague = await scene.staff("Marcus", (Role.CASE_MANAGER, here))
    for question in (
        GetMassMessage(asker=colleague, mass_message_id=mass_id),
        GetMassMessage(asker=dana, mass_message_id=new_id()),
    ):
        with pytest.raises(Refused, match="not_found"):
            await scene.ask(question)
