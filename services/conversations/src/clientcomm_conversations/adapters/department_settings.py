"""The shape of a department's settings column."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from clientcomm_contracts.conversations.events import QuietHours
from clientcomm_contracts.conversations.office import OfficeHours
from clientcomm_conversations.domain.office_hours import Office


class RepliesInLanguage(BaseModel):
    """A department's own wording in one language; None: the built-in text, empty: no answer."""

    model_config = ConfigDict(frozen=True)

    unknown_sender: str | None = None
    help: str | None = None
    outside_office_hours: str | None = None
    first_text: str | None = None


class DepartmentSettings(BaseModel):
    """What an administrator set for a department; what is missing has its default."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    language: str = "en"
    automatic_replies: dict[str, RepliesInLanguage] = {}
    carrier_answers_help: bool = True
    quiet_hours: QuietHours = QuietHours()
    office_hours: OfficeHours = OfficeHours()
    holidays: tuple[date, ...] = ()
    # After so many minutes of office hours an unread text is brought to notice; 0: never.
    escalate_after_minutes: int = Field(default=240, ge=0)


_DEFAULT = DepartmentSettings()


def settings_of(column: Mapping[str, Any]) -> DepartmentSettings:
    """Read the column."""
    return DepartmentSettings.model_validate(column) if column else _DEFAULT


def office_of(settings: DepartmentSettings, time_zone: str) -> Office:
    """When the department's office is open."""
    hours = settings.office_hours
    week = (
        hours.monday,
        hours.tuesday,
        hours.wednesday,
        hours.thursday,
        hours.friday,
        hours.saturday,
        hours.sunday,
    )
    return Office(
        zone=ZoneInfo(time_zone),
        week=tuple((_time(day.starts), _time(day.ends)) if day else None for day in week),
        holidays=frozenset(settings.holidays),
    )


def _time(written: str) -> time:
    return time.fromisoformat(written)
