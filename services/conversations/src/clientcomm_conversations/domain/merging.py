"""Two records of one person become one: name, numbers and blanks (rule 2.5)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from clientcomm_conversations.domain.client import Client, ClientNumber
from clientcomm_conversations.domain.refusals import merging as refusals


def merged(
    survivor: Client,
    absorbed: Client,
    *,
    name_from: UUID | None,
    primary_number_id: UUID | None,
    now: datetime,
) -> Client:
    """The survivor with all numbers of both; blanks are filled. Raises Refused.

    Every number that was current stays so: texts from it reach the survivor for ever.
    """
    named = _named(survivor, absorbed, name_from)
    numbers = _numbers(survivor, absorbed, now)
    chosen = _chosen(numbers, survivor, absorbed, primary_number_id)
    return replace(
        survivor,
        first_name=named.first_name,
        last_name=named.last_name,
        id_number=survivor.id_number or absorbed.id_number,
        time_zone=survivor.time_zone or absorbed.time_zone,
        numbers=tuple(replace(number, is_primary=number is chosen) for number in numbers),
    ).told_again()


def _named(survivor: Client, absorbed: Client, name_from: UUID | None) -> Client:
    if name_from is None or name_from == survivor.id:
        return survivor
    if name_from == absorbed.id:
        return absorbed
    raise refusals.name_of_neither()


def _numbers(survivor: Client, absorbed: Client, now: datetime) -> Sequence[ClientNumber]:
    """Each number is current once; the absorbed client's of the same value ends."""
    known = {number.value for number in survivor.current_numbers}
    moved = [
        replace(number, until=now) if number.is_current and number.value in known else number
        for number in absorbed.numbers
    ]
    return [*survivor.numbers, *moved]


def _chosen(
    numbers: Sequence[ClientNumber],
    survivor: Client,
    absorbed: Client,
    primary_number_id: UUID | None,
) -> ClientNumber | None:
    current = [number for number in numbers if number.is_current]
    if primary_number_id is None:
        usual = survivor.primary_number or absorbed.primary_number
        return next((number for number in current if number.value == usual), None)
    before = (*survivor.current_numbers, *absorbed.current_numbers)
    value = next((number.value for number in before if number.id == primary_number_id), None)
    for number in current:
        if number.value == value:
            return number
    raise refusals.number_of_neither()
