"""Statuses, categories and outcomes: what departments offer, and who is due (2.11, 2.12)."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from clientcomm_contracts.contract import Contract, Reply, Request
from clientcomm_contracts.conversations.reading import ConversationReply
from clientcomm_contracts.conversations.views import LabelView
from clientcomm_contracts.people import Asker, RepeatKey


class LabelKind(StrEnum):
    """Which of a department's lists a label is from."""

    STATUS = "status"
    CATEGORY = "category"


class OfferedLabel(Contract):
    """A label that a department offers now; colours never stand alone (rule 2.12)."""

    id: UUID
    department_id: UUID
    label: str
    colour: str = ""
    follow_up_days: int | None = None
    is_default: bool = False


class FollowUpView(Contract):
    """How many of the asker's own clients with this status are due (rule 2.12)."""

    status: LabelView
    due: int


class LabelsReply(Reply):
    """Labels in the departments' own order."""

    statuses: tuple[OfferedLabel, ...]
    categories: tuple[OfferedLabel, ...]
    outcomes: tuple[OfferedLabel, ...]
    follow_ups: tuple[FollowUpView, ...] = ()


class ListLabels(Request[LabelsReply]):
    """What the asker's departments offer, and on request who of their own clients is due."""

    name: ClassVar[str] = "conversations.label.list.v1"

    asker: Asker
    department_id: UUID | None = None
    with_follow_ups: bool = False


class DueReply(Reply):
    """Conversations, longest without contact first."""

    conversation_ids: tuple[UUID, ...]


class ListDue(Request[DueReply]):
    """The asker's own open conversations with this status that are due (rule 2.12)."""

    name: ClassVar[str] = "conversations.conversation.list_due.v1"

    asker: Asker
    status_id: UUID


class SetLabels(Request[ConversationReply]):
    """Sets, or with None clears, those labels of a conversation that `changes` names."""

    name: ClassVar[str] = "conversations.conversation.set_labels.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    conversation_id: UUID
    changes: frozenset[LabelKind]
    status_id: UUID | None = None
    category_id: UUID | None = None
