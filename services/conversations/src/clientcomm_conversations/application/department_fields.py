"""What may be written into a department's record."""

import re
from datetime import time
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clientcomm_contracts.conversations.departments import DepartmentRules
from clientcomm_conversations.application.department_store import DepartmentStore
from clientcomm_conversations.domain.bodies import storable
from clientcomm_conversations.domain.names import one_line
from clientcomm_conversations.domain.phone_numbers import UnusableNumber, parse_number
from clientcomm_conversations.domain.refusals import department as refusals
from clientcomm_conversations.domain.refusals.client import time_zone_unknown, unusable_number

_END_OF_DAY = "00:00"
_WORD = re.compile(r"\w+")
_FIRST_TEXT_WORDS = {"STOP", "HELP"}


async def checked_name(store: DepartmentStore, typed: str, *, of: UUID) -> str:
    """A name that no other department has."""
    name = one_line(typed)
    if not name:
        raise refusals.name_missing()
    if await store.has_name(name, but=of):
        raise refusals.name_taken()
    return name


def checked_zone(typed: str) -> str:
    """A zone of the IANA database."""
    try:
        ZoneInfo(storable(typed))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise time_zone_unknown() from None
    return typed


def checked_number(typed: str, *, region: str, field: str) -> str:
    """A number that can be texted, or rung."""
    try:
        return parse_number(storable(typed), region=region)
    except UnusableNumber as unusable:
        refused = unusable_number(unusable.fault)
        refused.field = field
        raise refused from None


def checked_rules(rules: DepartmentRules) -> DepartmentRules:
    """Hours that can be, a first text with STOP and HELP; holidays in their order, each once."""
    _check_time(rules.quiet_hours.starts, "quiet_hours")
    _check_time(rules.quiet_hours.ends, "quiet_hours")
    for day in type(rules.office_hours).model_fields:
        hours = getattr(rules.office_hours, day)
        if hours is not None and hours.ends != _END_OF_DAY and hours.starts >= hours.ends:
            raise refusals.hours_invalid(f"{day}_starts")
    for language, own in rules.automatic_replies.items():
        if own.first_text and not _says_how_to_end(own.first_text):
            raise refusals.first_text_without_words(language)
    return rules.model_copy(update={"holidays": tuple(sorted(set(rules.holidays)))})


def _says_how_to_end(first_text: str) -> bool:
    """Rule 2.13a."""
    return _FIRST_TEXT_WORDS.issubset(_WORD.findall(first_text.upper()))


def _check_time(written: str, field: str) -> None:
    try:
        time.fromisoformat(written)
    except ValueError:
        raise refusals.hours_invalid(field) from None
