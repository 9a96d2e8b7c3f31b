import asyncio
from pathlib import Path

import pytest
from services.conversations.tests.scenes import NOON, Scene
from sqlalchemy import text

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.contract import contract_named
from clientcomm_contracts.conversations.directory import GetMe
from clientcomm_contracts.conversations.events import (
    DepartmentChangedV1,
    MessageWrittenV1,
    StaffChangedV1,
)
from clientcomm_contracts.conversations.reading import Box, GetThread, ListConversations
from clientcomm_contracts.conversations.set_up import (
    GetSetUpState,
    SetUpInstallation,
    SetUpStateReply,
)
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Role
from clientcomm_conversations.adapters.handlers import Writers
from clientcomm_conversations.adapters.requests_set_up import set_up_handlers
from clientcomm_conversations.adapters.set_up_commands import load_bulk, load_demo, set_up
from clientcomm_conversations.adapters.trial_text_command import send_test_text

pytestmark = pytest.mark.integration

ORGANISATION = ("organisation", "Elm County")
DEPARTMENT = (
    *("department", "Pretrial", "--number", "(312) 555-0142"),
    *("--time-zone", "America/Chicago"),
)
STAFF = ("staff", "Ann Lee", "Ann@elm.example", "--role", "case_manager:Pretrial")
WANTED = SetUpInstallation(
    organisation_name="Elm County",
    department_name="Pretrial",
    time_zone="America/Chicago",
    number="(312) 555-0142",
    full_name="Ann Lee",
    email="ann@elm.example",
)


async def do(scene: Scene, *arguments: str) -> int:
    return await set_up(arguments, scene.database, scene.clock)


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def told(scene: Scene) -> list[object]:
    async with scene.database.transaction() as tx:
        rows = await tx.execute(text("select name, body from outbox order by position"))
        return [contract_named(row.name).read(row.body) for row in rows]


async def test_an_organisation_is_set_up_by_three_commands_and_told(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = [await do(scene, *command) for command in (ORGANISATION, DEPARTMENT, STAFF)]

    assert codes == [0, 0, 0]
    staff_id = capsys.readouterr().out.split()[-1]
    me = await scene.ask(GetMe(asker=Asker.model_validate({"staff_id": staff_id})))
    assert me.staff.email == "ann@elm.example"
    assert [(d.department_name, d.number) for d in me.departments] == [("Pretrial", "+13125550142")]
    department, staff = await told(scene)
    assert isinstance(department, DepartmentChangedV1)
    assert (department.sequence, department.numbers[0].value) == (1, "+13125550142")
    assert department.automatic_replies.help is not None
    assert isinstance(staff, StaffChangedV1)
    assert staff.roles[0].department_id == department.aggregate_id


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (ORGANISATION, "already"),
        (DEPARTMENT, "this name"),
        (("department", "Two", *DEPARTMENT[2:]), "this number"),
        (("department", "Two", "--number", "12", "--time-zone", "America/Chicago"), ""),
        (("department", "Two", "--number", "3125550143", "--time-zone", "Mars/Base"), "zone"),
        (("department", "Two", "--number", "3125550143", "--time-zone", "../etc/passwd"), "zone"),
        (("department", " ", "--number", "3125550143", "--time-zone", "UTC"), "name"),
        (STAFF, "e-mail"),
        (("staff", "Bo", "bo", "--role", "auditor"), "e-mail"),
        (("staff", "Bo", "bo@elm.example", "--role", "auditor:Nowhere"), "department"),
    ],
)
async def test_what_cannot_be_is_refused_in_words_and_changes_nothing(
    scene: Scene,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    words: str,
) -> None:
    for command in (ORGANISATION, DEPARTMENT, STAFF):
        await do(scene, *command)
    before = await told(scene)

    assert await do(scene, *arguments) == 1

    said = capsys.readouterr().err
    assert words in said
    assert said.strip()
    assert await told(scene) == before


async def test_a_department_needs_the_organisation_first(scene: Scene) -> None:
    assert await do(scene, *DEPARTMENT) == 1


async def test_the_demo_is_not_loaded_into_an_organisation_at_work(
    scene: Scene, tmp_path: Path
) -> None:
    await do(scene, *ORGANISATION)

    assert await load_demo(scene.database, scene.clock, tmp_path) == 0

    assert files(tmp_path) == []
    assert await told(scene) == []


async def test_a_load_for_measuring_is_listed_read_and_not_told(scene: Scene) -> None:
    place = await scene.department("Pretrial")
    dana = await scene.staff("Dana", (Role.CASE_MANAGER, place))
    joan = await scene.staff("Joan", (Role.SUPERVISOR, place))
    asked = ("--clients", "40", "--messages", "400", "--department", "pretrial")

    assert await load_bulk(asked, scene.database, scene.clock) == 0
    assert await load_bulk(asked, scene.database, scene.clock) == 0

    mine = await scene.ask(ListConversations(asker=dana, limit=500))
    assert 60 <= len(mine.items) <= 80
    assert len({row.primary_number for row in mine.items}) == len(mine.items)
    assert 0 < mine.unread_conversations == sum(row.unread_count > 0 for row in mine.items)
    assert all(row.last_text_at <= NOON for row in mine.items)
    thread = await scene.ask(GetThread(asker=joan, conversation_id=mine.items[0].id))
    assert thread.items[-1].body.startswith(mine.items[0].last_text[:20])
    found = await scene.ask(
        ListConversations(asker=joan, box=Box.DEPARTMENT, q=mine.items[5].id_number)
    )
    assert [row.id for row in found.items] == [mine.items[5].id]
    assert await told(scene) == []


async def test_a_load_for_nobody_is_refused(scene: Scene) -> None:
    asked = ("--clients", "1", "--messages", "1", "--department", "Nowhere")

    assert await load_bulk(asked, scene.database, scene.clock) == 1


INSTALLATION = (
    *("installation", "--organisation", "Elm County", "--department", "Pretrial"),
    *("--number", "(312) 555-0142", "--time-zone", "America/Chicago"),
    *("--administrator", "Ann Lee", "--email", "ann@elm.example"),
)


async def test_one_command_sets_up_all_or_nothing(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tuple("12" if part == "(312) 555-0142" else part for part in INSTALLATION)
    assert await do(scene, *wrong) == 1
    assert await told(scene) == []

    assert await do(scene, *INSTALLATION) == 0
    staff_id = capsys.readouterr().out.strip()
    assert await do(scene, *INSTALLATION) == 1

    me = await scene.ask(GetMe(asker=Asker.model_validate({"staff_id": staff_id})))
    assert {held.role for held in me.staff.roles} == {Role.ADMINISTRATOR, Role.CASE_MANAGER}
    assert len(await told(scene)) == 2


@pytest.mark.parametrize(
    ("typed", "code", "field"),
    [
        ({"organisation_name": "\u200b"}, "organisation_name_missing", "organisation_name"),
        ({"department_name": "\u200b"}, "name_missing", "name"),
        ({"full_name": "\u200b"}, "name_missing", "full_name"),
    ],
)
async def test_a_name_that_nobody_can_see_sets_nothing_up(
    scene: Scene, typed: dict[str, str], code: str, field: str
) -> None:
    handlers = set_up_handlers(scene.database, Writers(scene.clock, new_id))

    with pytest.raises(Refused) as refused:
        await handlers[SetUpInstallation](WANTED.model_copy(update=typed))

    assert (refused.value.code, refused.value.field) == (code, field)
    assert (await handlers[GetSetUpState](GetSetUpState())) == SetUpStateReply(is_needed=True)


async def test_two_set_ups_at_once_make_one_organisation(scene: Scene) -> None:
    handlers = set_up_handlers(scene.database, Writers(scene.clock, new_id))
    assert (await handlers[GetSetUpState](GetSetUpState())) == SetUpStateReply(is_needed=True)

    answers = await asyncio.gather(
        *(handlers[SetUpInstallation](WANTED) for _ in range(4)), return_exceptions=True
    )

    refused = [answer.code for answer in answers if isinstance(answer, Refused)]
    assert refused == ["organisation_exists"] * 3
    assert (await handlers[GetSetUpState](GetSetUpState())) == SetUpStateReply(is_needed=False)


async def test_a_test_text_goes_out_by_command(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    async def text(email: str, to: str) -> int:
        return await send_test_text(("--email", email, "--to", to), scene.database, scene.clock)

    await do(scene, *INSTALLATION)

    assert await text("nobody@elm.example", "312 555 0199") == 1
    assert await text("ann@elm.example", "12") == 1
    assert not [one for one in await told(scene) if isinstance(one, MessageWrittenV1)]
    assert await text("Ann@elm.example", "312 555 0199") == 0
    assert await text("ann@elm.example", "312 555 0199") == 0
    written = [one for one in await told(scene) if isinstance(one, MessageWrittenV1)]
    assert [one.number_to for one in written] == ["+13125550199"] * 2
    assert len({one.aggregate_id for one in written}) == 1
    assert str(written[0].aggregate_id) in capsys.readouterr().out
