"""Who gets a mass message, who is left out and why, and in what slices it goes (rule 3.11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.domain.permissions import (
    ConversationFacts,
    Right,
    StaffRights,
    may,
)

SLICE_SECONDS = 60
MOST_PER_TRANSACTION = 250


class LeftOut(StrEnum):
    """Why somebody is left out."""

    OPTED_OUT = "opted_out"
    CLOSED = "closed"
    NO_NUMBER = "no_number"
    NOT_YOURS = "not_yours"
    DUPLICATE = "duplicate"
    AUTHOR_GONE = "author_gone"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A conversation that was chosen, as it stands when the mass message is confirmed."""

    conversation_id: UUID
    facts: ConversationFacts
    has_number: bool
    is_opted_out: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """A conversation in the order of choice, with the reason if it is left out."""

    conversation_id: UUID
    left_out: LeftOut | None


def choose(
    asked_for: Sequence[tuple[UUID, Candidate | None]], rights: StaffRights
) -> Sequence[Chosen]:
    """Each asked-for conversation once, what was chosen twice and what may not be sent aside."""
    seen: set[UUID] = set()
    chosen = []
    for asked_id, candidate in asked_for:
        known_as = candidate.conversation_id if candidate else asked_id
        if known_as in seen:
            chosen.append(Chosen(asked_id, LeftOut.DUPLICATE))
            continue
        seen.add(known_as)
        reason = reason_against(candidate, rights) if candidate else LeftOut.NOT_YOURS
        chosen.append(Chosen(known_as, reason))
    return chosen


def reason_against(candidate: Candidate, rights: StaffRights) -> LeftOut | None:
    """Why this conversation gets no text, if so."""
    if not may(rights, Right.MASS_MESSAGE, candidate.facts):
        return LeftOut.NOT_YOURS
    if candidate.facts.state in {ConversationState.CLOSED, ConversationState.BLOCKED}:
        return LeftOut.CLOSED
    if not candidate.has_number:
        return LeftOut.NO_NUMBER
    return LeftOut.OPTED_OUT if candidate.is_opted_out else None


def slice_size(*, segments: int, segments_per_second: float, on_their_way: int) -> int:
    """How many texts may be released now.

    At most what the number sends in 60 s less what is on its way already (in segments), so that
    stopping the rest stops nearly all of it; one at least when nothing is on its way.
    """
    room = SLICE_SECONDS * segments_per_second - on_their_way
    texts = int(room // segments)
    if texts < 1:
        return 0 if on_their_way else 1
    return min(texts, MOST_PER_TRANSACTION)
