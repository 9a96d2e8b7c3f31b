"""The one permission table: who may do what, by role and by relation to a conversation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from clientcomm_contracts.values import ConversationState, Role


class Relation(StrEnum):
    """How a member of staff stands to a conversation of a department where they hold a role."""

    ASSIGNED = "assigned"
    COVERING = "covering"
    UNASSIGNED = "unassigned"
    COLLEAGUES = "colleagues"


class Right(StrEnum):
    """What one may do in a conversation.

    `SEE`: know that it exists, whose it is and how it stands; `READ`: its texts as well.
    """

    SEE = "see"
    READ = "read"
    SEND = "send"
    SCHEDULE = "schedule"
    MASS_MESSAGE = "mass_message"
    MARK_READ = "mark_read"
    ASSIGN = "assign"
    TRANSFER = "transfer"
    CLOSE = "close"
    EDIT = "edit"
    MERGE = "merge"
    REFILE = "refile"
    ATTACH = "attach"
    BLOCK = "block"
    OPT_OUT = "opt_out"
    EXPORT = "export"


class DepartmentRight(StrEnum):
    """What one may do in a department, whatever the conversation."""

    ADD_CLIENT = "add_client"
    HAVE_CASELOAD = "have_caseload"
    READ_ALL = "read_all"
    BE_AWAY = "be_away"
    SET_ABSENCE = "set_absence"
    REPORTS = "reports"
    ANSWER_QUARANTINE = "answer_quarantine"
    READ_QUARANTINE = "read_quarantine"
    FILE_QUARANTINE = "file_quarantine"
    SETTINGS = "settings"
    STAFF = "staff"
    IMPORT = "import"
    AUDIT = "audit"


_OWN = frozenset({Relation.ASSIGNED})
_CARRIED = frozenset({Relation.ASSIGNED, Relation.COVERING})
_INBOX = frozenset({Relation.UNASSIGNED})
_ALL = frozenset(Relation)

TABLE: Mapping[Role, Mapping[Right, frozenset[Relation]]] = MappingProxyType(
    {
        Role.CASE_MANAGER: {
            Right.SEE: _CARRIED,
            Right.READ: _CARRIED,
            Right.SEND: _CARRIED,
            Right.SCHEDULE: _CARRIED,
            Right.MASS_MESSAGE: _OWN,
            Right.MARK_READ: _CARRIED,
            Right.TRANSFER: _OWN,
            Right.CLOSE: _OWN,
            Right.EDIT: _OWN,
            Right.MERGE: _OWN,
            Right.REFILE: _CARRIED,
            Right.OPT_OUT: _CARRIED,
            Right.EXPORT: _OWN,
        },
        Role.FRONT_DESK: {
            Right.SEE: _INBOX,
            Right.READ: _INBOX,
            Right.SEND: _INBOX,
            Right.SCHEDULE: _INBOX,
            Right.MARK_READ: _INBOX,
            Right.ASSIGN: _INBOX,
            Right.EDIT: _INBOX,
            Right.REFILE: _INBOX,
            Right.ATTACH: _INBOX,
            Right.BLOCK: _INBOX,
            Right.OPT_OUT: _INBOX,
        },
        Role.SUPERVISOR: {
            right: _INBOX if right in {Right.ASSIGN, Right.ATTACH, Right.BLOCK} else _ALL
            for right in Right
            if right is not Right.MARK_READ  # rules 1.3 and 3.10
        },
        Role.ADMINISTRATOR: {
            Right.SEE: _ALL,  # no message text (rule 1.1)
            Right.ASSIGN: _INBOX,
            Right.TRANSFER: _ALL,
        },
        Role.AUDITOR: {
            Right.SEE: _ALL,
            Right.READ: _ALL,
            Right.EXPORT: _ALL,
        },
    }
)
"""Rules 1.1, 1.2a, 1.3, 2.5, 2.8-2.11, 3.10; what is not here is not allowed."""

DEPARTMENT_TABLE: Mapping[Role, frozenset[DepartmentRight]] = MappingProxyType(
    {
        Role.CASE_MANAGER: frozenset(
            {
                DepartmentRight.ADD_CLIENT,
                DepartmentRight.HAVE_CASELOAD,
                DepartmentRight.BE_AWAY,
            }
        ),
        Role.FRONT_DESK: frozenset({DepartmentRight.ADD_CLIENT}),
        Role.SUPERVISOR: frozenset(
            {
                DepartmentRight.ADD_CLIENT,
                DepartmentRight.READ_ALL,
                DepartmentRight.REPORTS,
                DepartmentRight.SET_ABSENCE,
                DepartmentRight.READ_QUARANTINE,
                DepartmentRight.FILE_QUARANTINE,
            }
        ),
        Role.ADMINISTRATOR: frozenset(
            {
                DepartmentRight.ANSWER_QUARANTINE,
                DepartmentRight.FILE_QUARANTINE,
                DepartmentRight.SET_ABSENCE,
                DepartmentRight.SETTINGS,
                DepartmentRight.STAFF,
                DepartmentRight.IMPORT,
                DepartmentRight.AUDIT,
            }
        ),
        Role.AUDITOR: frozenset({DepartmentRight.READ_ALL, DepartmentRight.AUDIT}),
    }
)


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role in one department, or in the whole organisation when `department_id` is None."""

    role: Role
    department_id: UUID | None = None

    def reaches(self, department_id: UUID) -> bool:
        """True if the role counts in this department."""
        return self.department_id is None or self.department_id == department_id


@dataclass(frozen=True, slots=True)
class StaffRights:
    """Who asks: an active member of staff and the roles that they hold now.

    `covers` are the colleagues for whom they stand in at this moment (rule 2.10).
    """

    staff_id: UUID
    roles: frozenset[RoleHeld]
    covers: frozenset[UUID] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class ConversationFacts:
    """What permissions depend on."""

    department_id: UUID
    assigned_to: UUID | None
    state: ConversationState


@dataclass(frozen=True, slots=True)
class Reach:
    """Departments where something is allowed; all of them if `everywhere`."""

    everywhere: bool
    departments: frozenset[UUID]

    def includes(self, department_id: UUID) -> bool:
        """True if it is allowed there."""
        return self.everywhere or department_id in self.departments

    def is_empty(self) -> bool:
        """True if it is allowed nowhere."""
        return not self.everywhere and not self.departments


def relation_to(rights: StaffRights, facts: ConversationFacts) -> Relation:
    """How this member of staff stands to the conversation, its department aside."""
    if facts.assigned_to == rights.staff_id:
        return Relation.ASSIGNED
    if facts.assigned_to is not None and facts.assigned_to in rights.covers:
        return Relation.COVERING
    if facts.assigned_to is None and facts.state is not ConversationState.CLOSED:
        return Relation.UNASSIGNED
    return Relation.COLLEAGUES


def may(rights: StaffRights, right: Right, facts: ConversationFacts) -> bool:
    """True if any role held in the conversation's department gives the right (rule 1.2a)."""
    relation = relation_to(rights, facts)
    return any(
        held.reaches(facts.department_id) and relation in TABLE[held.role].get(right, ())
        for held in rights.roles
    )


def may_in_department(rights: StaffRights, right: DepartmentRight, department_id: UUID) -> bool:
    """True if any role held in this department gives the right."""
    return department_reach(rights, right).includes(department_id)


def department_reach(rights: StaffRights, right: DepartmentRight) -> Reach:
    """The departments in which a right is held."""
    return _reach(held for held in rights.roles if right in DEPARTMENT_TABLE[held.role])


def reach(rights: StaffRights, right: Right, relation: Relation) -> Reach:
    """The departments in which a right is held towards conversations of this relation."""
    return _reach(held for held in rights.roles if relation in TABLE[held.role].get(right, ()))


def belongs_to(rights: StaffRights) -> Reach:
    """The departments in which any role is held."""
    return _reach(rights.roles)


def _reach(roles: Iterable[RoleHeld]) -> Reach:
    held = tuple(roles)
    return Reach(
        everywhere=any(role.department_id is None for role in held),
        departments=frozenset(r.department_id for r in held if r.department_id is not None),
    )
