"""What a client's numbers are after a change: dated facts, one of them primary (rule 2.3)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from clientcomm_conversations.domain.client import Client, ClientNumber
from clientcomm_conversations.domain.refusals import client as refusals


def with_number(
    client: Client, new: ClientNumber, *, replaces: UUID | None, make_primary: bool
) -> Client:
    """The client has it from now on; the one that it replaces ends, and it takes its rank."""
    if any(number.value == new.value for number in client.current_numbers):
        raise refusals.number_known()
    replaced = current_number(client, replaces) if replaces is not None else None
    before = [
        _ended(number, new.since, by=new.added_by) if number is replaced else number
        for number in client.numbers
    ]
    is_first = make_primary or (replaced is not None and replaced.is_primary)
    return _ranked(client, [*before, new], first=new.id if is_first else None)


def without_number(
    client: Client, number_id: UUID, *, at: datetime, by: UUID, is_wrong: bool
) -> Client:
    """The number ends; another current one is texted first."""
    gone = current_number(client, number_id)
    numbers = [
        replace(_ended(number, at, by=by), is_wrong=is_wrong) if number is gone else number
        for number in client.numbers
    ]
    return _ranked(client, numbers, first=None)


def relabelled(client: Client, number_id: UUID, *, label: str | None, make_primary: bool) -> Client:
    """Another label, or another rank."""
    changed = current_number(client, number_id)
    numbers = [
        replace(number, label=number.label if label is None else label)
        if number is changed
        else number
        for number in client.numbers
    ]
    return _ranked(client, numbers, first=number_id if make_primary else None)


def current_number(client: Client, number_id: UUID) -> ClientNumber:
    """One that the client has now. Raises Refused."""
    for number in client.current_numbers:
        if number.id == number_id:
            return number
    raise refusals.not_a_current_number()


def _ended(number: ClientNumber, at: datetime, *, by: UUID | None) -> ClientNumber:
    return replace(number, until=at, is_primary=False, closed_by=by)


def _ranked(client: Client, numbers: Sequence[ClientNumber], *, first: UUID | None) -> Client:
    """Exactly one current number is primary: the wanted one, the one of before, or the newest."""
    current = [number for number in numbers if number.is_current]
    wanted = next((n for n in current if n.id == first), None)
    kept = next((n for n in current if n.is_primary), None)
    newest = max(current, key=lambda n: n.since, default=None)
    chosen = wanted or kept or newest
    return replace(client, numbers=tuple(replace(n, is_primary=n is chosen) for n in numbers))
