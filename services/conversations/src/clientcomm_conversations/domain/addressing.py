"""The number that a text is sent to, or the reason why it cannot be (rules 2.3a, 3.7)."""

from collections.abc import Sequence
from uuid import UUID

from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.domain.refusals import sending as refusals
from clientcomm_conversations.domain.reply_numbers import (
    Choice,
    KnownNumber,
    LastInbound,
    choices,
    is_answerable,
)


def check_state(state: ConversationState) -> None:
    """Nothing leaves a closed conversation, nor goes to who was blocked as spam. Raises Refused."""
    if state is ConversationState.CLOSED:
        raise refusals.conversation_closed()
    if state is ConversationState.BLOCKED:
        raise refusals.sender_blocked()


def chosen_number(
    numbers: Sequence[KnownNumber],
    last_inbound: LastInbound | None,
    *,
    opted_out: frozenset[str],
    number_id: UUID | None = None,
) -> str:
    """The number that a person chose, else the preselected one. Raises Refused."""
    offered = choices(numbers, last_inbound, opted_out=opted_out, shared={})
    choice = _named(offered, number_id) if number_id is not None else _preselected(offered)
    if not is_answerable(choice.number.value):
        raise refusals.not_a_phone()
    if choice.is_opted_out:
        raise refusals.opted_out()
    return choice.number.value


def usual_number(numbers: Sequence[KnownNumber], last_inbound: LastInbound | None) -> str | None:
    """Where a text goes that nobody watches go: never to a number given up."""
    current = [number for number in numbers if number.is_current]
    offered = choices(current, last_inbound, opted_out=frozenset(), shared={})
    preselected = next((c.number for c in offered if c.is_preselected), None)
    primary = next((number for number in current if number.is_primary), None)
    number = preselected or primary or next(iter(current), None)
    return number.value if number and is_answerable(number.value) else None


def _named(offered: Sequence[Choice], number_id: UUID) -> Choice:
    for choice in offered:
        if choice.number.id == number_id:
            return choice
    raise refusals.unknown_number()


def _preselected(offered: Sequence[Choice]) -> Choice:
    if not offered:
        raise refusals.no_number()
    for choice in offered:
        if choice.is_preselected:
            return choice
    raise refusals.choose_number()


def number_again(
    numbers: Sequence[KnownNumber],
    last_inbound: LastInbound | None,
    *,
    opted_out: frozenset[str],
    before: str,
) -> str:
    """The same number as before if the client still has it, else the usual one. Raises Refused."""
    same = next((n for n in numbers if n.is_current and n.value == before), None)
    if same is not None and before in opted_out:
        raise refusals.opted_out()
    if same is not None:
        return before
    return chosen_number(numbers, last_inbound, opted_out=opted_out)


def obstacle_to(
    state: ConversationState, *, number_from: str | None, number_to: str | None
) -> str | None:
    """The code of why a text that nobody watches cannot be written here; None if it can."""
    if state is ConversationState.CLOSED:
        return "conversation_closed"
    if state is ConversationState.BLOCKED:
        return "sender_blocked"
    if number_from is None:
        return "department_without_number"
    return "no_number" if number_to is None else None
