"""To which number an answer goes (rule 2.3a), and whether one may be sent at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.domain.failure_words import N_
from clientcomm_conversations.domain.refusals.department import STAYS_CLOSED


@dataclass(frozen=True, slots=True)
class KnownNumber:
    """A number that the client has or had."""

    id: UUID | None
    value: str
    label: str
    is_primary: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class LastInbound:
    """From where the client texted last."""

    value: str
    was_former: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A number that the composer offers."""

    number: KnownNumber
    is_opted_out: bool
    is_preselected: bool
    shared_with: tuple[str, ...]


def choices(
    numbers: Sequence[KnownNumber],
    last_inbound: LastInbound | None,
    *,
    opted_out: frozenset[str],
    shared: Mapping[str, tuple[str, ...]],
) -> tuple[Choice, ...]:
    """The client's current numbers, and a former one if they texted from it last.

    Preselected is the number last texted from if it is current, else the primary one; none after
    a text from a former number, for somebody else may have it now (rule 2.7c).
    """
    from_former = last_inbound.value if last_inbound and last_inbound.was_former else None
    offered = [n for n in numbers if n.is_current or n.value == from_former]
    preselected = _preselected(offered, last_inbound)
    return tuple(
        Choice(
            number=number,
            is_opted_out=number.value in opted_out,
            is_preselected=number is preselected,
            shared_with=shared.get(number.value, ()),
        )
        for number in offered
    )


def _preselected(
    offered: Sequence[KnownNumber], last_inbound: LastInbound | None
) -> KnownNumber | None:
    current = [number for number in offered if number.is_current]
    if last_inbound is not None:
        if last_inbound.was_former and all(n.value != last_inbound.value for n in current):
            return None
        for number in current:
            if number.value == last_inbound.value:
                return number
    primary = [number for number in current if number.is_primary]
    return next(iter([*primary, *current]), None)


def is_answerable(sender: str) -> bool:
    """True for a telephone number in full; names and short codes cannot be texted."""
    return sender.startswith("+") and sender[1:].isdigit()


def cannot_send_because(
    state: ConversationState,
    offered: Sequence[Choice],
    department_number: str | None,
    *,
    is_department_closed: bool = False,
) -> str | None:
    """Why nobody can send here at the moment, in words; None if one can."""
    answerable = [choice for choice in offered if is_answerable(choice.number.value)]
    reasons = (
        (is_department_closed, STAYS_CLOSED),
        (
            state is ConversationState.CLOSED,
            N_("This conversation is closed. Open it again to send a text."),
        ),
        (
            state is ConversationState.BLOCKED,
            N_("This sender is blocked as spam. Unblock it to send a text."),
        ),
        (
            department_number is None,
            N_("The department has no number to send from. Tell your administrator."),
        ),
        (not offered, N_("The client has no number that works. Add one to send a text.")),
        (not answerable, N_("This sender has no phone number, so it cannot be answered.")),
        (
            all(choice.is_opted_out for choice in answerable),
            N_("This phone has opted out of our texts. The client can text START to undo that."),
        ),
    )
    return next((sentence for applies, sentence in reasons if applies), None)
