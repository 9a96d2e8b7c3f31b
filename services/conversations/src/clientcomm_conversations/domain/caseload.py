"""Which conversations of a caseload may be moved or closed together, and why others may not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.domain.permissions import (
    ConversationFacts,
    DepartmentRight,
    Right,
    StaffRights,
    may,
    may_in_department,
)
from clientcomm_conversations.domain.refusals import caseload as refusals


class LeftBehind(StrEnum):
    """Why a conversation is neither moved nor closed."""

    NOT_YOURS = "not_yours"
    CLOSED = "closed"
    BLOCKED = "blocked"
    ALREADY_THEIRS = "already_theirs"
    OTHER_DEPARTMENT = "other_department"


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation of a caseload, with what of it moves or ends."""

    conversation_id: UUID
    facts: ConversationFacts
    unread_texts: int = 0
    scheduled_texts: int = 0
    has_appointment: bool = False


@dataclass(frozen=True, slots=True)
class Sorted:
    """Cases that may go, and the others with the reason."""

    going: tuple[Case, ...]
    left_behind: tuple[tuple[UUID, LeftBehind], ...]


def sorted_for_transfer(
    asked_for: Sequence[tuple[UUID, Case | None]], rights: StaffRights, receiver: StaffRights
) -> Sorted:
    """Rule 2.9 for each conversation that was chosen."""
    return _sorted(
        (asked, case, against_transfer(case, rights, receiver)) for asked, case in asked_for
    )


def sorted_for_closing(
    asked_for: Sequence[tuple[UUID, Case | None]],
    rights: StaffRights,
    *,
    outcome_department: UUID | None,
) -> Sorted:
    """Rule 2.11 for each; an outcome belongs to one department."""
    return _sorted(
        (asked, case, against_closing(case, rights, outcome_department=outcome_department))
        for asked, case in asked_for
    )


def any_of(chosen: Sorted) -> Sorted:
    """The same. Raises Refused if nobody is left to go."""
    if not chosen.going:
        raise refusals.nothing_to_do({str(one): reason for one, reason in chosen.left_behind})
    return chosen


def against_transfer(
    case: Case | None, rights: StaffRights, receiver: StaffRights
) -> LeftBehind | None:
    """Why this conversation cannot be the receiver's, if so."""
    if case is None or not may(rights, Right.TRANSFER, case.facts):
        return LeftBehind.NOT_YOURS
    if case.facts.assigned_to == receiver.staff_id and not _is_shut(case):
        return LeftBehind.ALREADY_THEIRS
    if not may_in_department(receiver, DepartmentRight.HAVE_CASELOAD, case.facts.department_id):
        return LeftBehind.OTHER_DEPARTMENT
    return _shut(case)


def against_closing(
    case: Case | None, rights: StaffRights, *, outcome_department: UUID | None = None
) -> LeftBehind | None:
    """Why this conversation cannot be closed, if so."""
    if case is None or not may(rights, Right.CLOSE, case.facts):
        return LeftBehind.NOT_YOURS
    if outcome_department not in {None, case.facts.department_id}:
        return LeftBehind.OTHER_DEPARTMENT
    return _shut(case)


def refused_because(reason: LeftBehind) -> Refused:
    """The same reason as an answer to who asked for this one conversation."""
    match reason:
        case LeftBehind.NOT_YOURS:
            return not_found("conversation")
        case LeftBehind.CLOSED:
            return refusals.open_it_first()
        case LeftBehind.BLOCKED:
            return refusals.unblock_it_first()
        case LeftBehind.ALREADY_THEIRS:
            return refusals.already_theirs()
        case LeftBehind.OTHER_DEPARTMENT:
            return refusals.not_a_case_manager()


def _is_shut(case: Case) -> bool:
    return _shut(case) is not None


def _shut(case: Case) -> LeftBehind | None:
    match case.facts.state:
        case ConversationState.CLOSED:
            return LeftBehind.CLOSED
        case ConversationState.BLOCKED:
            return LeftBehind.BLOCKED
        case ConversationState.OPEN | ConversationState.UNASSIGNED:
            return None


def _sorted(judged: Iterable[tuple[UUID, Case | None, LeftBehind | None]]) -> Sorted:
    going: dict[UUID, Case] = {}
    left_behind: dict[UUID, LeftBehind] = {}
    for asked, case, reason in judged:
        if reason is not None:
            left_behind[asked] = reason
        elif case is not None:
            going[case.conversation_id] = case
    return Sorted(tuple(going.values()), tuple(left_behind.items()))
