"""To whom an inbound text belongs, by the department texted and the sender (rules 2.6, 2.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

FORMER_NUMBER_LASTS = timedelta(days=90)
_NEVER = datetime.min.replace(tzinfo=UTC)


class Filing(StrEnum):
    """By which branch of rule 2.7 a text was filed."""

    CLIENT = "client"
    SHARED_PHONE = "shared_phone"
    FORMER_NUMBER = "former_number"
    UNKNOWN_SENDER = "unknown_sender"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class Holding:
    """A client of any department who has or had the sender's number.

    `conversation_id`: the thread with the department texted, None if it has none with the client.
    `until` None: has it now. The three times say when this department texted the client last: by
    a person or on the client's own schedule, in bulk, and with a reminder that asked for an answer.
    """

    client_id: UUID
    conversation_id: UUID | None
    until: datetime | None = None
    was_wrong: bool = False
    texted_at: datetime | None = None
    bulk_texted_at: datetime | None = None
    asked_at: datetime | None = None

    @property
    def is_current(self) -> bool:
        """True if the client has the number now."""
        return self.until is None


@dataclass(frozen=True, slots=True)
class Route:
    """Where a text is filed; without a conversation it goes to the sender's own thread.

    `suggested`: clients whose it may be, for a person to decide.
    """

    filing: Filing
    conversation_id: UUID | None = None
    suggested: tuple[UUID, ...] = ()


def route(
    department_id: UUID | None,
    holdings: Sequence[Holding],
    *,
    received_at: datetime,
    answers_reminder: bool = False,
) -> Route:
    """Decide by rule 2.7; without a department, quarantine.

    (a) the one client, (b) of several the one texted last, (c) who gave the number up lately,
    (d) the unassigned inbox.
    """
    if department_id is None:
        return Route(Filing.QUARANTINE)
    holders = [h for h in holdings if h.is_current]
    ours = [h for h in holders if h.conversation_id is not None]
    if len(ours) == 1:
        return Route(Filing.CLIENT, ours[0].conversation_id)
    if ours:
        return _of_shared_phone(ours, answers_reminder=answers_reminder)
    if not holders:
        former = _gave_it_up_lately(holdings, received_at)
        if former is not None:
            return Route(Filing.FORMER_NUMBER, former.conversation_id)
    return Route(Filing.UNKNOWN_SENDER, suggested=_each_once(holdings))


def _of_shared_phone(ours: Sequence[Holding], *, answers_reminder: bool) -> Route:
    suggested = _each_once(ours)
    asked = [h for h in ours if h.asked_at is not None]
    if answers_reminder and asked:
        return Route(Filing.SHARED_PHONE, _latest_asked(asked).conversation_id, suggested)
    texted = [h for h in ours if h.texted_at is not None]
    if texted:
        latest = max(texted, key=lambda h: h.texted_at or _NEVER)
        return Route(Filing.SHARED_PHONE, latest.conversation_id, suggested)
    bulk = [h for h in ours if h.bulk_texted_at is not None]
    if bulk:
        latest = max(bulk, key=lambda h: h.bulk_texted_at or _NEVER)
        return Route(Filing.SHARED_PHONE, latest.conversation_id, suggested)
    return Route(Filing.UNKNOWN_SENDER, suggested=suggested)


def _latest_asked(asked: Sequence[Holding]) -> Holding:
    return max(asked, key=lambda h: h.asked_at or _NEVER)


def _gave_it_up_lately(holdings: Sequence[Holding], received_at: datetime) -> Holding | None:
    earliest = received_at - FORMER_NUMBER_LASTS
    former = [
        h
        for h in holdings
        if h.conversation_id is not None
        and h.until is not None
        and h.until > earliest
        and not h.was_wrong
    ]
    return max(former, key=lambda h: h.until or _NEVER, default=None)


def _each_once(holdings: Sequence[Holding]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(h.client_id for h in holdings))
