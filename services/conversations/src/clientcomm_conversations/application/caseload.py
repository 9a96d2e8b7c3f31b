"""What use cases on caseloads need of the store, and the answer that they share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from clientcomm_contracts.conversations.caseload import CaseloadReply, WhatMoves
from clientcomm_contracts.conversations.labels import LabelKind
from clientcomm_contracts.conversations.views import SkippedRecipient
from clientcomm_conversations.application.places import Place
from clientcomm_conversations.domain.caseload import Case, Sorted
from clientcomm_conversations.domain.permissions import StaffRights


@dataclass(frozen=True, slots=True)
class Outcome:
    """One of a department's outcomes (rule 2.11)."""

    id: UUID
    department_id: UUID
    name: str
    is_default: bool
    is_offered: bool


class Caseloads(Protocol):
    """The part of a writer that knows caseloads."""

    async def cases(self, conversation_ids: Sequence[UUID]) -> Sequence[tuple[UUID, Case | None]]:
        """What was asked for, in order, with redirects followed."""
        ...

    async def receiver_rights(self, staff_id: UUID) -> StaffRights | None:
        """What an active member of staff may do; nobody deactivates them meanwhile.

        Asked before conversations are locked: staff come first in the order of locks.
        """
        ...

    async def outcomes(self, department_ids: Sequence[UUID]) -> Sequence[Outcome]:
        """Outcomes of these departments in their order, also those no longer offered."""
        ...

    async def outcome(self, outcome_id: UUID) -> Outcome | None: ...

    async def last_inbound_places(self, conversation_ids: Sequence[UUID]) -> Mapping[UUID, Place]:
        """Where the last text that the client sent stands in each of these threads."""
        ...

    async def unsent_automatic(self, conversation_ids: Sequence[UUID]) -> Sequence[UUID]:
        """Texts of these that the carrier does not have yet, those that a person wrote aside."""
        ...

    async def department_offering(self, kind: LabelKind, label_id: UUID) -> UUID | None:
        """The department that offers this label until the transaction ends, if one does.

        Asked before conversations are locked: labels come first in the order of locks.
        """
        ...

    async def set_label(
        self, conversation_id: UUID, kind: LabelKind, label_id: UUID | None
    ) -> None:
        """Set or clear a locked conversation's label, in its row of the list too."""
        ...


def caseload_reply(chosen: Sorted, *, is_preview: bool) -> CaseloadReply:
    """Who goes, who stays, and how much that is."""
    return CaseloadReply(
        done=tuple(case.conversation_id for case in chosen.going),
        left_out=tuple(
            SkippedRecipient(conversation_id=conversation_id, code=reason)
            for conversation_id, reason in chosen.left_behind
        ),
        moves=WhatMoves(
            conversations=len(chosen.going),
            unread_texts=sum(case.unread_texts for case in chosen.going),
            scheduled_texts=sum(case.scheduled_texts for case in chosen.going),
            appointments=sum(case.has_appointment for case in chosen.going),
        ),
        is_preview=is_preview,
    )
