"""What administrators ask of conversations about departments (rules 2.3, 2.10-2.12, 6.1)."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from clientcomm_contracts.contract import Contract, Reply, Request
from clientcomm_contracts.conversations.events import DatedNumber, QuietHours
from clientcomm_contracts.conversations.office import OfficeHours
from clientcomm_contracts.people import Asker, RepeatKey
from clientcomm_contracts.values import MessageText

DepartmentName = Annotated[str, Field(max_length=100)]
TypedNumber = Annotated[str, Field(max_length=40)]
TypedZone = Annotated[str, Field(max_length=64)]


class Colour(StrEnum):
    """Colours of statuses and categories; the name always stands beside (rule 2.12)."""

    GRAY = "gray"
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    TEAL = "teal"
    BLUE = "blue"
    VIOLET = "violet"


class DepartmentList(StrEnum):
    """A department's own lists."""

    STATUSES = "statuses"
    CATEGORIES = "categories"
    OUTCOMES = "outcomes"


class DepartmentLabel(Contract):
    """One entry of a list; without an id it is new.

    What conversations carry stays with them when it is no longer offered.
    """

    id: UUID | None = None
    label: str = Field(min_length=1, max_length=60)
    colour: Colour = Colour.GRAY
    follow_up_days: int | None = Field(default=None, ge=1, le=365)
    is_offered: bool = True
    is_default: bool = False


class OwnReplies(Contract):
    """A department's own wording in one language; None: the built-in text, empty: no answer.

    `outside_office_hours` and `first_text`, to a client who is added, have no built-in text.
    """

    unknown_sender: MessageText | None = None
    help: MessageText | None = None
    outside_office_hours: MessageText | None = None
    first_text: MessageText | None = None


class DepartmentRules(Contract):
    """How a department works; `escalate_after_minutes` counts office hours, 0: never."""

    language: str = Field(default="en", max_length=10)
    automatic_replies: dict[str, OwnReplies] = Field(default_factory=dict, max_length=20)
    carrier_answers_help: bool = True
    quiet_hours: QuietHours = QuietHours()
    office_hours: OfficeHours = OfficeHours()
    holidays: tuple[date, ...] = Field(default=(), max_length=500)
    escalate_after_minutes: int = Field(default=240, ge=0, le=60 * 24 * 31)


class DepartmentDetail(Contract):
    """A department with everything that an administrator sets."""

    id: UUID
    department_name: str
    time_zone: str
    numbers: tuple[DatedNumber, ...]
    fallback_phone: str | None
    is_closed: bool
    rules: DepartmentRules
    statuses: tuple[DepartmentLabel, ...]
    categories: tuple[DepartmentLabel, ...]
    outcomes: tuple[DepartmentLabel, ...]
    active_conversations: int


class DepartmentReply(Reply):
    """One department."""

    department: DepartmentDetail


class GetDepartment(Request[DepartmentReply]):
    """A department whose settings the asker administers."""

    name: ClassVar[str] = "conversations.department.get.v1"

    asker: Asker
    department_id: UUID


class AddDepartment(Request[DepartmentReply]):
    """A new department with its first number; by who administers the organisation."""

    name: ClassVar[str] = "conversations.department.add.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    department_name: DepartmentName
    time_zone: TypedZone
    number: TypedNumber


class EditDepartment(Request[DepartmentReply]):
    """Changes what is not None; an empty fallback phone takes it away."""

    name: ClassVar[str] = "conversations.department.edit.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    department_id: UUID
    department_name: DepartmentName | None = None
    time_zone: TypedZone | None = None
    fallback_phone: TypedNumber | None = None
    rules: DepartmentRules | None = None


class ChangeDepartmentNumber(Request[DepartmentReply]):
    """Texts go out from another number from now on; the old one keeps receiving (rule 2.3)."""

    name: ClassVar[str] = "conversations.department.change_number.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    department_id: UUID
    number: TypedNumber


class SetDepartmentList(Request[DepartmentReply]):
    """A whole list in its order; what is left out is no longer offered."""

    name: ClassVar[str] = "conversations.department.set_list.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    department_id: UUID
    which: DepartmentList
    labels: tuple[DepartmentLabel, ...] = Field(max_length=100)


class ClosingReply(Reply):
    """In numbers, what closing a department means.

    `conversations` are kept. `numbers` go on receiving: what they get waits in quarantine, and
    `lately_heard` people texted them in the last 30 days.
    """

    department_name: str
    active_conversations: int
    conversations: int
    numbers: int
    lately_heard: int


class PreviewDepartmentClosing(Request[ClosingReply]):
    """What closing would mean; changes nothing."""

    name: ClassVar[str] = "conversations.department.preview_closing.v1"

    asker: Asker
    department_id: UUID


class CloseDepartment(Request[DepartmentReply]):
    """Closes a department without active conversations (rule 6.1)."""

    name: ClassVar[str] = "conversations.department.close.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    department_id: UUID
