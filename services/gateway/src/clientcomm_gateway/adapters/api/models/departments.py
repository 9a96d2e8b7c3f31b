"""What the API takes and gives about departments."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from clientcomm_contracts.conversations.departments import (
    Colour,
    DepartmentDetail,
    DepartmentRules,
)
from clientcomm_gateway.adapters.api.fields import Line
from clientcomm_gateway.adapters.api.models.basics import Answer, Input

_Name = Annotated[Line, Field(min_length=1, max_length=100)]
_Zone = Annotated[Line, Field(min_length=1, max_length=64)]
_Phone = Annotated[Line, Field(max_length=40)]
_Text = Annotated[Line, Field(max_length=1600)]
_Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
_Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


class Hours(Input):
    """Local times as `HH:MM`."""

    starts: _Clock
    ends: _Clock


class Week(Input):
    """Office hours; null: closed all day."""

    monday: Hours | None = None
    tuesday: Hours | None = None
    wednesday: Hours | None = None
    thursday: Hours | None = None
    friday: Hours | None = None
    saturday: Hours | None = None
    sunday: Hours | None = None


class Replies(Input):
    """Own wording of automatic texts; null: the built-in text, empty: no answer.

    `outside_office_hours` and `first_text`, to a client who is added, have no built-in text.
    """

    unknown_sender: _Text | None = None
    help: _Text | None = None
    outside_office_hours: _Text | None = None
    first_text: _Text | None = None


class Rules(Input):
    """How a department works; `escalate_after_minutes` counts office hours, 0: never."""

    language: _Language = "en"
    automatic_replies: dict[_Language, Replies] = Field(default_factory=dict, max_length=20)
    carrier_answers_help: bool = True
    quiet_hours: Hours
    office_hours: Week
    holidays: list[date] = Field(default_factory=list, max_length=500)
    escalate_after_minutes: int = Field(default=240, ge=0, le=60 * 24 * 31)

    def told(self) -> DepartmentRules:
        """As conversations takes them."""
        return DepartmentRules.model_validate(self.model_dump())


class NewDepartment(Input):
    """A department to add."""

    name: _Name
    time_zone: _Zone
    number: Annotated[Line, Field(min_length=1, max_length=40)]


class DepartmentChanges(Input):
    """What is left out or null stays as it is; an empty fallback phone takes it away."""

    name: _Name | None = None
    time_zone: _Zone | None = None
    fallback_phone: _Phone | None = None
    rules: Rules | None = None


class NewDepartmentNumber(Input):
    """A number to send from."""

    number: Annotated[Line, Field(min_length=1, max_length=40)]


class Label(Input):
    """An entry of a list; without an id it is new."""

    id: UUID | None = None
    label: Annotated[Line, Field(min_length=1, max_length=60)]
    colour: Colour = Colour.GRAY
    follow_up_days: int | None = Field(default=None, ge=1, le=365)
    is_offered: bool = True
    is_default: bool = False


class LabelList(Input):
    """A whole list in its order."""

    items: list[Label] = Field(max_length=100)


class Number(Answer):
    """A number of the department, now or before."""

    id: UUID
    value: str
    since: datetime
    until: datetime | None


class Closing(Answer):
    """What stays, and who texted in the last 30 days and may do so again."""

    active_conversations: int
    conversations: int
    numbers: int
    lately_heard: int


class DepartmentSettings(Answer):
    """A department with all that an administrator sets."""

    id: UUID
    name: str
    time_zone: str
    numbers: list[Number]
    fallback_phone: str | None
    is_closed: bool
    rules: Rules
    statuses: list[Label]
    categories: list[Label]
    outcomes: list[Label]
    active_conversations: int

    @classmethod
    def of(cls, detail: DepartmentDetail) -> "DepartmentSettings":
        """As conversations tells of it."""
        return cls(
            id=detail.id,
            name=detail.department_name,
            time_zone=detail.time_zone,
            numbers=[
                Number(id=one.id, value=one.value, since=one.since, until=one.until)
                for one in detail.numbers
            ],
            fallback_phone=detail.fallback_phone,
            is_closed=detail.is_closed,
            rules=Rules.model_validate(detail.rules.model_dump()),
            statuses=[Label(**dict(one)) for one in detail.statuses],
            categories=[Label(**dict(one)) for one in detail.categories],
            outcomes=[Label(**dict(one)) for one in detail.outcomes],
            active_conversations=detail.active_conversations,
        )
