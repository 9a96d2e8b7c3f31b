"""What every request to conversations needs; a request without a row here fails a test.

`OF_A_CONVERSATION` names the right (domain/permissions.py, whose table has a test of its own) that
a request needs towards the conversation that it is about. `OF_A_DEPARTMENT` spells out who is
answered about their own department, and what those are told who are not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.conversations.tests.offices import Offices, Target
from services.conversations.tests.scenes import NOON, a_number
from services.conversations.tests.writings import a_key

from clientcomm_contracts.contract import Request
from clientcomm_contracts.conversations import (
    asking,
    caseload,
    clients,
    coverage,
    departments,
    directory,
    inbox,
    labels,
    mass_messages,
    merging,
    messages,
    numbers,
    quarantine,
    reading,
    rights,
    search,
    set_up,
    staff,
)
from clientcomm_contracts.conversations.events import HeldRole
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Action, Role
from clientcomm_conversations.domain.permissions import Right

AnyRequest = type[Request[Any]]
OfConversation = Callable[[Offices, Target], Mapping[str, object]]
OfDepartment = Callable[[Offices, "Side"], Mapping[str, object]]

STRANGERS = ("stranger", "stranger elsewhere")
CLIENTS = ("own", "covered", "colleague's", "inbox", "elsewhere")


@dataclass(frozen=True, slots=True)
class Side:
    """One's own department, or another one, with what belongs to it."""

    department_id: UUID
    colleague: Asker
    text_id: UUID
    phone: str
    target: Target


@dataclass(frozen=True, slots=True)
class Row:
    """A right towards a conversation, and how one asks; `to_know_of`: else it is not found.

    `is_left_out`: of many conversations those go that may, and which others exist is not told.
    """

    right: Right
    fields: OfConversation
    about: tuple[str, ...] = CLIENTS
    to_know_of: Right = Right.SEE
    is_left_out: bool = False


def _conversation(_: Offices, target: Target) -> Mapping[str, object]:
    return {"conversation_id": target.thread.id}


def _client(_: Offices, target: Target) -> Mapping[str, object]:
    return {"client_id": target.client_id}


def _number(_: Offices, target: Target) -> Mapping[str, object]:
    return {"client_id": target.client_id, "number_id": target.thread.number_id}


def _message(_: Offices, target: Target) -> Mapping[str, object]:
    return {"message_id": target.message_id}


def _pair(_: Offices, target: Target) -> Mapping[str, object]:
    return {"client_id": target.client_id, "absorb_id": target.twin.client_id}


def _and(fields: OfConversation, **more: object) -> OfConversation:
    return lambda offices, target: {**fields(offices, target), **more}


def _to_the_case_manager(offices: Offices, target: Target) -> Mapping[str, object]:
    receiver = offices.people[Role.CASE_MANAGER].staff_id
    return {"conversation_id": target.thread.id, "staff_id": receiver}


def _many(**more: object) -> OfConversation:
    return lambda _, target: {"conversation_ids": (target.thread.id,), **more}


def _many_to_receiver(offices: Offices, target: Target) -> Mapping[str, object]:
    return _many(staff_id=offices.receiver.staff_id)(offices, target)


def _labelled(_: Offices, target: Target) -> Mapping[str, object]:
    changes = frozenset({labels.LabelKind.STATUS})
    return {"conversation_id": target.thread.id, "changes": changes, "status_id": None}


def _with_key(fields: OfConversation) -> OfConversation:
    return lambda offices, target: {**fields(offices, target), "repeat_key": a_key()}


def _attached(offices: Offices, target: Target) -> Mapping[str, object]:
    near = "own" if target.facts.department_id == offices.here.id else "elsewhere"
    return {
        "conversation_id": target.thread.id,
        "client_id": offices.targets[near].client_id,
    }


OF_A_CONVERSATION: Mapping[AnyRequest, Row] = {
    reading.GetConversation: Row(Right.SEE, _conversation, (*CLIENTS, *STRANGERS)),
    reading.GetThread: Row(Right.READ, _conversation, (*CLIENTS, *STRANGERS)),
    messages.GetMessage: Row(Right.READ, _message, (*CLIENTS, *STRANGERS)),
    reading.GetAttachment: Row(Right.READ, lambda _, t: {"attachment_id": t.attachment_id}),
    clients.GetClient: Row(Right.SEE, _client),
    rights.GetGrant: Row(
        Right.EXPORT, _and(_conversation, actions=frozenset({Action.EXPORT})), to_know_of=Right.READ
    ),
    reading.MarkRead: Row(Right.MARK_READ, _conversation, (*CLIENTS, *STRANGERS)),
    reading.MarkUnread: Row(Right.MARK_READ, _conversation),
    messages.SendMessage: Row(
        Right.SEND, _with_key(_and(_conversation, body="Hi")), (*CLIENTS, *STRANGERS)
    ),
    messages.ResendMessage: Row(Right.SEND, _with_key(lambda _, t: {"message_id": t.failed_id})),
    clients.EditClient: Row(Right.EDIT, _and(_client, notes="noted")),
    inbox.AssignConversation: Row(Right.ASSIGN, _to_the_case_manager, (*CLIENTS, *STRANGERS)),
    caseload.TransferConversation: Row(Right.TRANSFER, _to_the_case_manager),
    caseload.CloseConversation: Row(Right.CLOSE, _conversation),
    caseload.ReopenConversation: Row(Right.CLOSE, _conversation),
    labels.SetLabels: Row(Right.EDIT, _labelled),
    merging.MergeClients: Row(Right.MERGE, _pair),
    merging.PreviewMerge: Row(Right.MERGE, _pair),
    numbers.AddNumber: Row(
        Right.EDIT, lambda _, t: {"client_id": t.client_id, "phone": a_number()}
    ),
    numbers.EditNumber: Row(Right.EDIT, _and(_number, label="work")),
    numbers.GiveUpNumber: Row(Right.EDIT, _number),
    numbers.PreviewNumberEnd: Row(Right.EDIT, _number),
    numbers.ListEarlierTexts: Row(Right.SEE, _client),
    inbox.SuggestClients: Row(Right.ATTACH, _conversation, STRANGERS),
    inbox.AttachConversation: Row(Right.ATTACH, _attached, STRANGERS),
    inbox.BlockSender: Row(Right.BLOCK, _conversation, STRANGERS),
    inbox.UnblockSender: Row(Right.BLOCK, _conversation, STRANGERS),
    search.SearchMessages: Row(Right.READ, _and(_conversation, q="hello")),
    mass_messages.SendMassMessage: Row(Right.MASS_MESSAGE, _many(body="To all"), is_left_out=True),
    caseload.TransferConversations: Row(Right.TRANSFER, _many_to_receiver, is_left_out=True),
    caseload.CloseConversations: Row(Right.CLOSE, _many(), is_left_out=True),
    inbox.RefileMessage: Row(Right.REFILE, _message, to_know_of=Right.READ),
}


def _in(**fields: object) -> OfDepartment:
    return lambda _, side: {"department_id": side.department_id, **fields}


def _of_colleague(_: Offices, side: Side) -> Mapping[str, object]:
    return {"staff_id": side.colleague.staff_id}


def _quarantined(_: Offices, side: Side) -> Mapping[str, object]:
    return {"text_id": side.text_id, "department_id": side.department_id}


def _mass(_: Offices, side: Side) -> Mapping[str, object]:
    return {"mass_message_id": side.target.mass_message_id}


def _away(offices: Offices, side: Side) -> Mapping[str, object]:
    """A colleague is; one's own absence is no question of rights in a department."""
    return {
        "staff_id": side.colleague.staff_id,
        "covered_by": offices.receiver.staff_id,
        "until": NOON + timedelta(days=9),
    }


def _invited(_: Offices, side: Side) -> Mapping[str, object]:
    role = HeldRole(role=Role.AUDITOR, department_id=side.department_id)
    return {"full_name": "New One", "email": "new@elm.example", "roles": (role,)}


def _nothing(_: Offices, __: Side) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, slots=True)
class Spelt:
    """For case manager, front desk, supervisor, administrator, auditor, in this order:

    `y` answered, `x` not allowed, `-` not found; `here` of their department, `there` of another.
    """

    here: str
    there: str
    fields: OfDepartment


ALL, NONE = "yyyyy", "-----"
LABELS = {"which": departments.DepartmentList.STATUSES, "labels": ()}
OF_A_DEPARTMENT: Mapping[AnyRequest, Spelt] = {
    clients.AddClient: Spelt("yyyxx", NONE, _in(last_name="New", phone=a_number())),
    asking.AskForTransfer: Spelt(
        "yxxxx", NONE, lambda _, s: {"department_id": s.department_id, "phone": s.phone}
    ),
    directory.GetMe: Spelt(ALL, ALL, _nothing),
    directory.ListDepartments: Spelt(ALL, ALL, _nothing),
    directory.ListStaff: Spelt(ALL, NONE, _in()),
    reading.ListConversations: Spelt(ALL, NONE, _in()),
    labels.ListLabels: Spelt(ALL, NONE, _in()),
    labels.ListDue: Spelt(ALL, ALL, lambda o, _: {"status_id": o.status_id}),
    mass_messages.GetMassMessage: Spelt("--y-y", NONE, _mass),
    mass_messages.StopMassMessage: Spelt("--y-x", NONE, _mass),
    coverage.ListCoverage: Spelt(ALL, ALL, _nothing),
    coverage.SetCoverage: Spelt("--yy-", NONE, _away),
    coverage.EndCoverage: Spelt("--yy-", "--yy-", lambda o, _: {"coverage_id": o.period_id}),
    quarantine.ListQuarantine: Spelt("--yy-", "--yy-", _nothing),
    quarantine.AssignQuarantined: Spelt("--xy-", NONE, _quarantined),
    quarantine.FileQuarantined: Spelt("--yy-", NONE, _quarantined),
    departments.AddDepartment: Spelt(
        "xxxxx",
        "xxxxx",
        lambda _, __: {
            "department_name": "Third",
            "time_zone": "America/Chicago",
            "number": a_number(),
        },
    ),
    departments.GetDepartment: Spelt("xxxyx", NONE, _in()),
    departments.EditDepartment: Spelt("xxxyx", NONE, _in(department_name="Renamed")),
    departments.ChangeDepartmentNumber: Spelt("xxxyx", NONE, _in(number=a_number())),
    departments.SetDepartmentList: Spelt("xxxyx", NONE, _in(**LABELS)),
    departments.PreviewDepartmentClosing: Spelt("xxxyx", NONE, _in()),
    departments.CloseDepartment: Spelt("xxxyx", NONE, _in()),
    staff.GetStaffMember: Spelt("---y-", NONE, _of_colleague),
    staff.ListCaseload: Spelt("---y-", NONE, _of_colleague),
    staff.InviteStaff: Spelt("xxxyx", "xxxxx", _invited),
    staff.EditStaff: Spelt(
        "---y-", NONE, lambda _, s: {"staff_id": s.colleague.staff_id, "full_name": "Other"}
    ),
    staff.DeactivateStaff: Spelt("---y-", NONE, _of_colleague),
    staff.ReactivateStaff: Spelt("---y-", NONE, _of_colleague),
}
WITHOUT_ASKER: Mapping[AnyRequest, str] = {
    rights.ListViewers: "the gateway asks who of those who look on may read",
    set_up.GetSetUpState: "asked before anybody exists",
    set_up.SetUpInstallation: "refused as soon as there is an organisation",
}
