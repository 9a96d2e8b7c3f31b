"""When a department's office is open (rule 2.10)."""

from pydantic import Field

from clientcomm_contracts.contract import Contract


class OpenHours(Contract):
    """Local times between which the office is open on a day, as `HH:MM`; `00:00` ends the day."""

    starts: str = Field(default="08:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    ends: str = Field(default="17:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")


class OfficeHours(Contract):
    """The week of an office; None: closed all day."""

    monday: OpenHours | None = OpenHours()
    tuesday: OpenHours | None = OpenHours()
    wednesday: OpenHours | None = OpenHours()
    thursday: OpenHours | None = OpenHours()
    friday: OpenHours | None = OpenHours()
    saturday: OpenHours | None = None
    sunday: OpenHours | None = None
