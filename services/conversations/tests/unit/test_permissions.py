from collections.abc import Set as AbstractSet
from uuid import UUID

import pytest

from clientcomm_contracts.values import ConversationState, Role
from clientcomm_conversations.domain.permissions import (
    ConversationFacts,
    DepartmentRight,
    Relation,
    Right,
    RoleHeld,
    StaffRights,
    department_reach,
    may,
    may_in_department,
    reach,
    relation_to,
)

ME, COLLEAGUE = UUID(int=1), UUID(int=2)
HERE, THERE = UUID(int=10), UUID(int=11)
WHOSE = {
    Relation.ASSIGNED: ME,
    Relation.COVERING: COLLEAGUE,
    Relation.UNASSIGNED: None,
    Relation.COLLEAGUES: COLLEAGUE,
}
READING = {Right.SEE, Right.READ}
ANSWERING = {*READING, Right.SEND, Right.SCHEDULE, Right.MARK_READ, Right.REFILE, Right.OPT_OUT}
OWNING = {
    *ANSWERING,
    Right.MASS_MESSAGE,
    Right.TRANSFER,
    Right.CLOSE,
    Right.EDIT,
    Right.MERGE,
    Right.EXPORT,
}
INBOX = {*ANSWERING, Right.ASSIGN, Right.EDIT, Right.ATTACH, Right.BLOCK}
SUPERVISING = OWNING - {Right.MARK_READ}
EXPECTED: dict[Role, dict[Relation, AbstractSet[Right]]] = {
    Role.CASE_MANAGER: {
        Relation.ASSIGNED: OWNING,
        Relation.COVERING: ANSWERING,
        Relation.UNASSIGNED: set(),
        Relation.COLLEAGUES: set(),
    },
    Role.FRONT_DESK: {
        Relation.ASSIGNED: set(),
        Relation.COVERING: set(),
        Relation.UNASSIGNED: INBOX,
        Relation.COLLEAGUES: set(),
    },
    Role.SUPERVISOR: {
        Relation.ASSIGNED: SUPERVISING,
        Relation.COVERING: SUPERVISING,
        Relation.UNASSIGNED: {*SUPERVISING, Right.ASSIGN, Right.ATTACH, Right.BLOCK},
        Relation.COLLEAGUES: SUPERVISING,
    },
    Role.ADMINISTRATOR: {
        Relation.ASSIGNED: {Right.SEE, Right.TRANSFER},
        Relation.COVERING: {Right.SEE, Right.TRANSFER},
        Relation.UNASSIGNED: {Right.SEE, Right.TRANSFER, Right.ASSIGN},
        Relation.COLLEAGUES: {Right.SEE, Right.TRANSFER},
    },
    Role.AUDITOR: {relation: {*READING, Right.EXPORT} for relation in Relation},
}


def a_person(*roles: RoleHeld, covers: AbstractSet[UUID] = frozenset()) -> StaffRights:
    return StaffRights(staff_id=ME, roles=frozenset(roles), covers=frozenset(covers))


def a_conversation(relation: Relation, department_id: UUID = HERE) -> ConversationFacts:
    unassigned = relation is Relation.UNASSIGNED
    return ConversationFacts(
        department_id=department_id,
        assigned_to=WHOSE[relation],
        state=ConversationState.UNASSIGNED if unassigned else ConversationState.OPEN,
    )


def who(role: Role, relation: Relation, department_id: UUID | None) -> StaffRights:
    covers = {COLLEAGUE} if relation is Relation.COVERING else set()
    return a_person(RoleHeld(role, department_id), covers=covers)


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("relation", Relation)
@pytest.mark.parametrize("role", Role)
def test_each_role_may_exactly_what_the_table_says(
    role: Role, relation: Relation, right: Right
) -> None:
    facts = a_conversation(relation)

    in_the_department = may(who(role, relation, HERE), right, facts)
    in_the_organisation = may(who(role, relation, None), right, facts)

    expected = right in EXPECTED[role][relation]
    assert (in_the_department, in_the_organisation) == (expected, expected)


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("relation", Relation)
@pytest.mark.parametrize("role", Role)
def test_nobody_may_anything_in_another_department(
    role: Role, relation: Relation, right: Right
) -> None:
    assert not may(who(role, relation, HERE), right, a_conversation(relation, THERE))


def test_only_these_may_send() -> None:
    senders = {
        (role, relation)
        for role in Role
        for relation in Relation
        if may(who(role, relation, HERE), Right.SEND, a_conversation(relation))
    }

    assert senders == {
        (Role.CASE_MANAGER, Relation.ASSIGNED),
        (Role.CASE_MANAGER, Relation.COVERING),
        (Role.FRONT_DESK, Relation.UNASSIGNED),
        *((Role.SUPERVISOR, relation) for relation in Relation),
    }


def test_roles_of_several_departments_do_not_mix() -> None:
    me = a_person(RoleHeld(Role.SUPERVISOR, HERE), RoleHeld(Role.AUDITOR, THERE))

    assert may(me, Right.SEND, a_conversation(Relation.COLLEAGUES, HERE))
    assert may(me, Right.READ, a_conversation(Relation.COLLEAGUES, THERE))
    assert not may(me, Right.SEND, a_conversation(Relation.COLLEAGUES, THERE))


def test_a_cover_loses_access_when_the_period_ends() -> None:
    conversation = a_conversation(Relation.COVERING)
    during = a_person(RoleHeld(Role.CASE_MANAGER, HERE), covers={COLLEAGUE})
    afterwards = a_person(RoleHeld(Role.CASE_MANAGER, HERE))

    assert may(during, Right.READ, conversation)
    assert not may(afterwards, Right.READ, conversation)


def test_closed_conversation_without_case_manager_is_not_in_the_unassigned_inbox() -> None:
    closed = ConversationFacts(department_id=HERE, assigned_to=None, state=ConversationState.CLOSED)
    front_desk = a_person(RoleHeld(Role.FRONT_DESK, HERE))

    assert relation_to(front_desk, closed) is Relation.COLLEAGUES
    assert not may(front_desk, Right.READ, closed)


def test_who_holds_no_role_may_nothing() -> None:
    nobody = a_person()

    assert not any(may(nobody, right, a_conversation(Relation.ASSIGNED)) for right in Right)


@pytest.mark.parametrize(
    ("right", "roles"),
    [
        (DepartmentRight.ADD_CLIENT, {Role.CASE_MANAGER, Role.FRONT_DESK, Role.SUPERVISOR}),
        (DepartmentRight.HAVE_CASELOAD, {Role.CASE_MANAGER}),
        (DepartmentRight.READ_ALL, {Role.SUPERVISOR, Role.AUDITOR}),
        (DepartmentRight.BE_AWAY, {Role.CASE_MANAGER}),
        (DepartmentRight.SET_ABSENCE, {Role.SUPERVISOR, Role.ADMINISTRATOR}),
        (DepartmentRight.REPORTS, {Role.SUPERVISOR}),
        (DepartmentRight.ANSWER_QUARANTINE, {Role.ADMINISTRATOR}),
        (DepartmentRight.READ_QUARANTINE, {Role.SUPERVISOR}),
        (DepartmentRight.FILE_QUARANTINE, {Role.ADMINISTRATOR, Role.SUPERVISOR}),
        (DepartmentRight.SETTINGS, {Role.ADMINISTRATOR}),
        (DepartmentRight.STAFF, {Role.ADMINISTRATOR}),
        (DepartmentRight.IMPORT, {Role.ADMINISTRATOR}),
        (DepartmentRight.AUDIT, {Role.ADMINISTRATOR, Role.AUDITOR}),
    ],
)
def test_rights_in_a_department(right: DepartmentRight, roles: set[Role]) -> None:
    holders = {r for r in Role if may_in_department(a_person(RoleHeld(r, HERE)), right, HERE)}

    assert holders == roles
    assert not any(may_in_department(a_person(RoleHeld(r, HERE)), right, THERE) for r in Role)


def test_reach_names_the_departments_or_everywhere() -> None:
    me = a_person(RoleHeld(Role.SUPERVISOR, HERE), RoleHeld(Role.FRONT_DESK, THERE))

    assert reach(me, Right.READ, Relation.COLLEAGUES).departments == {HERE}
    assert reach(me, Right.READ, Relation.UNASSIGNED).departments == {HERE, THERE}
    assert reach(me, Right.MARK_READ, Relation.COLLEAGUES).is_empty()
    assert department_reach(a_person(RoleHeld(Role.AUDITOR)), DepartmentRight.AUDIT).everywhere
