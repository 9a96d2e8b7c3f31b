"""Transfers, closings and labels as their pages show them."""

from collections.abc import Iterable
from uuid import UUID

from clientcomm_contracts.conversations.caseload import WhatMoves
from clientcomm_contracts.conversations.views import (
    ConversationRow,
    SkippedRecipient,
    StaffView,
)
from clientcomm_contracts.values import Role
from clientcomm_gateway.adapters.web.speech import Speech
from clientcomm_gateway.adapters.web.views import Choice, MovesView, SkippedRow
from clientcomm_gateway.domain.words import N_

_REASONS = {
    "not_yours": N_("Not one of your clients"),
    "closed": N_("The conversation is closed"),
    "blocked": N_("Blocked as spam"),
    "already_theirs": N_("Has this case manager already"),
    "other_department": N_("Belongs to another department"),
}
_OTHER = N_("Cannot be changed in this way")


def moves_of_row(row: ConversationRow) -> MovesView:
    """What lies in one conversation."""
    return MovesView(
        conversations=1,
        unread_texts=row.unread_count,
        scheduled_texts=row.scheduled_count,
        appointments=int(row.next_appointment_at is not None),
    )


def moves_view(moves: WhatMoves) -> MovesView:
    """What lies in many."""
    return MovesView(
        moves.conversations, moves.unread_texts, moves.scheduled_texts, moves.appointments
    )


def case_managers(
    staff: Iterable[StaffView],
    *,
    departments: Iterable[UUID],
    chosen: str = "",
    besides: UUID | None = None,
) -> tuple[Choice, ...]:
    """Who may have clients in one of these departments, by name."""
    places = {None, *departments}
    return tuple(
        Choice(str(one.id), one.full_name, str(one.id) == chosen)
        for one in staff
        if one.is_active
        and one.id != besides
        and any(
            held.role is Role.CASE_MANAGER and held.department_id in places for held in one.roles
        )
    )


def left_out_row(left_out: SkippedRecipient, title: str, speech: Speech) -> SkippedRow:
    """Someone who stays where they are, and why."""
    return SkippedRow(
        title=title or speech.say(N_("Another client")),
        href=f"/conversations/{left_out.conversation_id}",
        reason=speech.say(_REASONS.get(left_out.code, _OTHER)),
    )
