"""Administrators set up departments (rules 2.3, 2.10-2.12, 6.1)."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from services.conversations.tests.scenes import Place, Scene
from services.conversations.tests.writings import Writing, a_key

from clientcomm_contracts.contract import Request
from clientcomm_contracts.conversations.departments import (
    AddDepartment,
    ChangeDepartmentNumber,
    CloseDepartment,
    ClosingReply,
    Colour,
    DepartmentDetail,
    DepartmentLabel,
    DepartmentList,
    DepartmentReply,
    DepartmentRules,
    EditDepartment,
    GetDepartment,
    OwnReplies,
    PreviewDepartmentClosing,
    SetDepartmentList,
)
from clientcomm_contracts.conversations.events import DepartmentChangedV1, QuietHours
from clientcomm_contracts.conversations.office import OfficeHours, OpenHours
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import ConversationState, Role

pytestmark = pytest.mark.integration

NEW = {"department_name": "Parole", "time_zone": "America/Denver", "number": "(312) 555-0142"}


async def ask(writing: Writing, request: Request[Any]) -> DepartmentDetail:
    reply: DepartmentReply = await writing.order(request)
    return reply.department


async def test_a_department_is_added_and_told(writing: Writing, here: Place, chief: Asker) -> None:
    request = AddDepartment(asker=chief, repeat_key=a_key(), **NEW)
    made = [await ask(writing, request) for _ in range(2)]

    assert made[0] == made[1]
    assert [outcome.label for outcome in made[0].outcomes] == ["Finished"]
    (event,) = await writing.told(DepartmentChangedV1)
    assert (event.sequence, event.department_name) == (1, "Parole")
    assert event.numbers[0].value == "+13125550142"
    assert event.automatic_replies.help


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"department_name": " "}, "name_missing"),
        ({"department_name": "\u202e\u2060"}, "name_missing"),
        ({"department_name": "pretrial"}, "name_taken"),
        ({"time_zone": "Mars/Base"}, "time_zone_unknown"),
        ({"time_zone": "../etc/passwd"}, "time_zone_unknown"),
        ({"number": "12"}, "number_short"),
        ({"number": "words"}, "number_invalid"),
    ],
)
async def test_a_wrong_department_is_refused(
    writing: Writing, here: Place, chief: Asker, changes: dict[str, str], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        await ask(writing, AddDepartment(asker=chief, **{**NEW, **changes}))

    assert refused.value.code == code
    assert await writing.told(DepartmentChangedV1) == []


async def test_only_administrators_of_the_place_may(
    writing: Writing, scene: Scene, here: Place, chief: Asker
) -> None:
    local = await scene.staff("Lou", (Role.ADMINISTRATOR, here))
    boss = await scene.staff("Joan", (Role.SUPERVISOR, here), (Role.CASE_MANAGER, None))
    there = await scene.department("Probation")
    requests = [
        GetDepartment(asker=boss, department_id=here.id),
        EditDepartment(asker=boss, department_id=here.id, department_name="Mine"),
        ChangeDepartmentNumber(asker=boss, department_id=here.id, number=NEW["number"]),
        SetDepartmentList(
            asker=boss, department_id=here.id, which=DepartmentList.STATUSES, labels=()
        ),
        CloseDepartment(asker=boss, department_id=here.id),
        AddDepartment(asker=local, **NEW),
    ]

    for request in requests:
        with pytest.raises(Refused, match="not_allowed"):
            await ask(writing, request)
    with pytest.raises(Refused, match="not_found"):
        await ask(writing, GetDepartment(asker=local, department_id=there.id))
    with pytest.raises(Refused, match="not_found"):
        await ask(writing, GetDepartment(asker=chief, department_id=uuid4()))
    assert (await ask(writing, GetDepartment(asker=local, department_id=here.id))).id == here.id


async def test_rules_are_kept_told_and_asked_again(
    writing: Writing, here: Place, chief: Asker
) -> None:
    rules = DepartmentRules(
        language="es",
        automatic_replies={"es": OwnReplies(unknown_sender="¿Quién es?", help="")},
        carrier_answers_help=False,
        quiet_hours=QuietHours(starts="20:00", ends="09:00"),
        office_hours=OfficeHours(monday=None, saturday=OpenHours(starts="09:00", ends="12:00")),
        holidays=(date(2026, 12, 25), date(2026, 7, 4), date(2026, 12, 25)),
        escalate_after_minutes=90,
    )

    changed = await ask(
        writing,
        EditDepartment(
            asker=chief, department_id=here.id, rules=rules, fallback_phone="312 555 0199"
        ),
    )

    shown = await ask(writing, GetDepartment(asker=chief, department_id=here.id))
    assert shown == changed
    assert shown.rules.holidays == (date(2026, 7, 4), date(2026, 12, 25))
    assert shown.rules.office_hours.monday is None
    assert shown.fallback_phone == "+13125550199"
    (event,) = await writing.told(DepartmentChangedV1)
    assert event.automatic_replies.unknown_sender == "¿Quién es?"
    assert event.automatic_replies.help is None
    assert event.quiet_hours.starts == "20:00"
    await ask(writing, EditDepartment(asker=chief, department_id=here.id, rules=rules))
    assert len(await writing.told(DepartmentChangedV1)) == 1


@pytest.mark.parametrize(
    "rules",
    [
        DepartmentRules(quiet_hours=QuietHours(starts="25:00")),
        DepartmentRules(quiet_hours=QuietHours(ends="08:61")),
        DepartmentRules(office_hours=OfficeHours(friday=OpenHours(starts="17:00", ends="08:00"))),
    ],
)
async def test_hours_that_cannot_be_are_refused(
    writing: Writing, here: Place, chief: Asker, rules: DepartmentRules
) -> None:
    with pytest.raises(Refused, match="hours_invalid"):
        await ask(writing, EditDepartment(asker=chief, department_id=here.id, rules=rules))


async def test_after_a_change_of_the_number_the_old_one_still_is_the_departments(
    writing: Writing, scene: Scene, here: Place, chief: Asker
) -> None:
    there = await scene.department("Probation")
    change = ChangeDepartmentNumber(asker=chief, department_id=here.id, number=NEW["number"])

    changed = await ask(writing, change)

    assert [(one.value, one.until is None) for one in changed.numbers] == [
        ("+13125550142", True),
        (here.number, False),
    ]
    (event,) = await writing.told(DepartmentChangedV1)
    assert {one.value for one in event.numbers} == {"+13125550142", here.number}
    with pytest.raises(Refused, match="number_is_current"):
        await ask(writing, change)
    for taken in (here.number, there.number):
        with pytest.raises(Refused, match="number_taken"):
            await ask(
                writing,
                ChangeDepartmentNumber(
                    asker=chief,
                    department_id=there.id if taken == here.number else here.id,
                    number=taken,
                ),
            )
    back = await ask(
        writing, ChangeDepartmentNumber(asker=chief, department_id=here.id, number=here.number)
    )
    assert [one.value for one in back.numbers if one.until is None] == [here.number]


async def test_two_departments_cannot_take_the_same_number_at_once(
    writing: Writing, scene: Scene, here: Place, chief: Asker
) -> None:
    there = await scene.department("Probation")

    answers = await asyncio.gather(
        *(
            ask(
                writing,
                ChangeDepartmentNumber(asker=chief, department_id=place.id, number=NEW["number"]),
            )
            for place in (here, there)
        ),
        return_exceptions=True,
    )

    assert [one.code for one in answers if isinstance(one, Refused)] == ["number_taken"]


async def test_lists_keep_their_entries_and_change_names(
    writing: Writing, here: Place, chief: Asker
) -> None:
    async def put(which: DepartmentList, *labels: DepartmentLabel) -> Any:
        return await ask(
            writing,
            SetDepartmentList(asker=chief, department_id=here.id, which=which, labels=labels),
        )

    made = await put(
        DepartmentList.STATUSES,
        DepartmentLabel(label="Active", colour=Colour.GREEN, follow_up_days=30),
        DepartmentLabel(label="Warrant", colour=Colour.RED),
    )
    active, warrant = made.statuses
    swapped = await put(
        DepartmentList.STATUSES,
        warrant.model_copy(update={"label": "Active"}),
        active.model_copy(update={"label": "Warrant"}),
    )
    shorter = await put(DepartmentList.STATUSES, swapped.statuses[0])
    again = await put(DepartmentList.STATUSES, DepartmentLabel(label=" warrant "))

    assert (active.colour, active.follow_up_days) == (Colour.GREEN, 30)
    assert [label.id for label in swapped.statuses] == [warrant.id, active.id]
    assert [label.is_offered for label in shorter.statuses] == [True, False]
    assert [label.id for label in again.statuses if label.is_offered] == [active.id]
    with pytest.raises(Refused, match="label_repeated"):
        await put(DepartmentList.CATEGORIES, DepartmentLabel(label="A"), DepartmentLabel(label="a"))
    with pytest.raises(Refused, match="label_unknown"):
        await put(DepartmentList.CATEGORIES, active)
    with pytest.raises(Refused, match="label_unseen"):
        await put(DepartmentList.STATUSES, active.model_copy(update={"label": "\u200b"}))
    assert await writing.told(DepartmentChangedV1) == []


async def test_some_outcome_is_always_left_and_one_is_the_default(
    writing: Writing, here: Place, chief: Asker
) -> None:
    async def put(*labels: DepartmentLabel) -> Any:
        return await ask(
            writing,
            SetDepartmentList(
                asker=chief, department_id=here.id, which=DepartmentList.OUTCOMES, labels=labels
            ),
        )

    made = await put(DepartmentLabel(label="Done"), DepartmentLabel(label="Moved"))

    assert [(one.label, one.is_default) for one in made.outcomes] == [
        ("Done", True),
        ("Moved", False),
    ]
    for empty in ((), (made.outcomes[0].model_copy(update={"is_offered": False}),)):
        with pytest.raises(Refused, match="outcome_missing"):
            await put(*empty)


async def test_a_department_closes_only_when_nobody_is_left_behind(
    writing: Writing, scene: Scene, here: Place, chief: Asker
) -> None:
    dana = await scene.staff("Dana", (Role.CASE_MANAGER, here))
    await scene.thread(here, dana, state=ConversationState.CLOSED)
    await scene.thread(here, dana)
    other = await scene.department("Probation")
    close = CloseDepartment(asker=chief, department_id=here.id)

    with pytest.raises(Refused) as refused:
        await ask(writing, close)
    assert refused.value.details == {"active_conversations": 1}
    closed = await ask(writing, CloseDepartment(asker=chief, department_id=other.id))

    assert closed.is_closed
    (event,) = await writing.told(DepartmentChangedV1)
    assert (event.aggregate_id, event.is_closed) == (other.id, True)
    with pytest.raises(Refused, match="department_closed"):
        await ask(writing, CloseDepartment(asker=chief, department_id=other.id))


async def test_what_closing_means_is_said_in_numbers_first(
    writing: Writing, scene: Scene, here: Place, chief: Asker
) -> None:
    now = scene.clock.now()
    gone = ConversationState.CLOSED
    await scene.thread(here, None, state=gone, last_inbound_at=now - timedelta(days=29))
    await scene.thread(here, None, state=gone, last_inbound_at=now - timedelta(days=31))
    await scene.thread(here, None, state=gone)
    preview = PreviewDepartmentClosing(asker=chief, department_id=here.id)

    before = await writing.order(preview)
    await ask(writing, CloseDepartment(asker=chief, department_id=here.id))

    assert before == ClosingReply(
        department_name="Pretrial",
        active_conversations=0,
        conversations=3,
        numbers=1,
        lately_heard=1,
    )
    manager = await scene.staff("Dana", (Role.CASE_MANAGER, here))
    with pytest.raises(Refused, match="not_allowed"):
        await writing.order(PreviewDepartmentClosing(asker=manager, department_id=here.id))
