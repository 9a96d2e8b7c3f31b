"""Every request, by everybody, towards everything: a table says who is answered (1.1-1.3)."""

from collections.abc import AsyncIterator, Callable

import pytest
from services.conversations.tests.offices import EVERYBODY, ROLES, Offices
from services.conversations.tests.permission_rows import (
    OF_A_CONVERSATION,
    OF_A_DEPARTMENT,
    WITHOUT_ASKER,
    Row,
    Side,
)
from services.conversations.tests.scenes import Scene

from clientcomm_contracts.conversations.rights import GetGrant
from clientcomm_contracts.values import Action, Role
from clientcomm_conversations.domain.permissions import (
    ConversationFacts,
    Right,
    RoleHeld,
    StaffRights,
    may,
)
from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import Database

pytestmark = pytest.mark.integration


@pytest.fixture
async def offices(database_for: Callable[[str], DatabaseUrls]) -> AsyncIterator[Offices]:
    url = database_for("conversations").runtime
    database = Database(url, application_name="tests", pool_size=4)
    made = Offices(Scene(database), url)
    await made.open()
    yield made
    await made.database.close()
    await database.close()


def expected(offices: Offices, who: str, row: Row, facts: ConversationFacts) -> str:
    """By the table of rights; who may not even see it learns nothing of it (rule 1.2)."""
    if who not in {role.value for role in ROLES}:
        return "not_found"
    rights = StaffRights(
        staff_id=offices.people[who].staff_id,
        roles=frozenset({RoleHeld(Role(who), offices.here.id)}),
        covers=frozenset({offices.away.staff_id} if who == Role.CASE_MANAGER else ()),
    )
    if may(rights, row.right, facts):
        return "yes"
    if row.is_left_out:
        return "left_out"
    is_hidden = row.right in {Right.SEE, Right.READ} or not may(rights, row.to_know_of, facts)
    return "not_found" if is_hidden else "not_allowed"


async def test_each_request_about_a_conversation_needs_its_right(offices: Offices) -> None:
    wrong = []
    for request, row in OF_A_CONVERSATION.items():
        for about in row.about:
            target = offices.targets[about]
            for who in EVERYBODY:
                answer = await offices.ask(request, who, row.fields(offices, target))
                wanted = expected(offices, who, row, target.facts)
                if answer != wanted:
                    wrong.append((request.__name__, about, who, answer, wanted))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize(
    ("action", "right"),
    [
        (Action.READ, Right.READ),
        (Action.SCHEDULE, Right.SCHEDULE),
        (Action.EXPORT, Right.EXPORT),
    ],
)
async def test_a_grant_for_other_services_needs_the_right_to_what_it_allows(
    offices: Offices, action: Action, right: Right
) -> None:
    row = Row(right, OF_A_CONVERSATION[GetGrant].fields, to_know_of=Right.READ)
    for about in row.about:
        target = offices.targets[about]
        fields = {**row.fields(offices, target), "actions": frozenset({action})}
        for who in EVERYBODY:
            answer = await offices.ask(GetGrant, who, fields)
            assert answer == expected(offices, who, row, target.facts), (about, who)


def test_there_is_a_test_of_each_action() -> None:
    assert set(Action) == {Action.READ, Action.SCHEDULE, Action.EXPORT}


SIGNS = {"yes": "y", "not_allowed": "x", "not_found": "-"}


def sides(offices: Offices) -> tuple[Side, Side]:
    """The department of those who ask, and another one."""
    theirs, far = offices.targets["colleague's"], offices.targets["elsewhere"]
    return (
        Side(
            offices.here.id,
            offices.colleague,
            offices.quarantined["here"],
            theirs.thread.number,
            theirs,
        ),
        Side(offices.there.id, offices.far, offices.quarantined["there"], far.thread.number, far),
    )


async def test_each_request_about_a_department_is_answered_to_whom_the_table_names(
    offices: Offices,
) -> None:
    near, far = sides(offices)
    for request, row in OF_A_DEPARTMENT.items():
        for side, wanted in ((near, row.here), (far, row.there)):
            fields = row.fields(offices, side)
            answers = [await offices.ask(request, role.value, fields) for role in ROLES]
            strangers = {await offices.ask(request, who, fields) for who in ("nobody", "gone")}

            assert "".join(SIGNS[one] for one in answers) == wanted, request.__name__
            assert strangers == {"not_found"}, request.__name__


def test_every_request_has_its_row(offices: Offices) -> None:
    rows = {*OF_A_CONVERSATION, *OF_A_DEPARTMENT, *WITHOUT_ASKER}

    assert set(offices.handlers) == rows
    assert all("asker" in one.model_fields for one in rows - set(WITHOUT_ASKER))
