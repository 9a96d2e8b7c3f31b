"""Adds a department with its number."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clientcomm_contracts.faults import Refused
from clientcomm_conversations.application.directory import (
    Directory,
    NewDepartment,
    department_added,
)
from clientcomm_conversations.domain.names import one_line
from clientcomm_conversations.domain.phone_numbers import UnusableNumber, parse_number
from clientcomm_conversations.domain.refusals.client import unusable_number


@dataclass(frozen=True, slots=True)
class DepartmentWanted:
    """A department as somebody typed it; the rate is in segments per second."""

    name: str
    time_zone: str
    number: str
    segments_per_second: float = 1.0
    fallback_phone: str | None = None


async def add_department(
    directory: Directory, wanted: DepartmentWanted, *, new_id: Callable[[], UUID], now: datetime
) -> NewDepartment:
    """The department; refused if name, zone or number cannot be used."""
    wanted = replace(wanted, name=one_line(wanted.name))
    region = await _region(directory)
    number = _parsed(wanted.number, region)
    await _check(directory, wanted, number)
    department = NewDepartment(
        id=new_id(),
        name=wanted.name,
        time_zone=wanted.time_zone,
        number_id=new_id(),
        number=number,
        outcome_id=new_id(),
        created_at=now,
        segments_per_second=wanted.segments_per_second,
        fallback_phone=wanted.fallback_phone and _parsed(wanted.fallback_phone, region),
    )
    await directory.add_departments((department,))
    directory.publish(department_added(department))
    return department


async def _region(directory: Directory) -> str:
    organisation = await directory.organisation()
    if organisation is None:
        raise Refused("organisation_missing", "Set up the organisation first.", kind="conflict")
    return organisation.default_region


def _parsed(number: str, region: str) -> str:
    try:
        return parse_number(number, region=region)
    except UnusableNumber as unusable:
        raise unusable_number(unusable.fault) from None


async def _check(directory: Directory, wanted: DepartmentWanted, number: str) -> None:
    if not wanted.name:
        raise Refused("name_missing", "The department needs a name.", field="name")
    if wanted.segments_per_second <= 0:
        raise Refused("rate_invalid", "The rate must be above zero.", field="rate")
    try:
        ZoneInfo(wanted.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Refused(
            "time_zone_unknown", "There is no such time zone.", field="time_zone"
        ) from None
    if await directory.department_named(wanted.name) is not None:
        raise Refused(
            "name_taken", "Another department has this name.", kind="conflict", field="name"
        )
    if await directory.is_number_taken(number):
        raise Refused(
            "number_taken", "Another department has this number.", kind="conflict", field="number"
        )
