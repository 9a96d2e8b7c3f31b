"""Which of a number's holders a colleague is asked for (rule 2.4)."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from clientcomm_contracts.faults import Refused
from clientcomm_conversations.domain.adding import Holder
from clientcomm_conversations.domain.failure_words import N_
from clientcomm_conversations.domain.refusals import client as refusals

ASKED_FOR = timedelta(days=1)
"""Who asks again within this time is told that they did; nobody else is told again."""


def colleagues_client(holders: Sequence[Holder], *, me: UUID, client_id: UUID | None) -> Holder:
    """The one client whom a colleague has. Raises Refused if there is none, or several."""
    theirs = [
        holder
        for holder in holders
        if holder.is_colleagues(me) and client_id in {None, holder.client_id}
    ]
    if not theirs:
        raise _not_with_a_colleague()
    if len(theirs) > 1:
        raise refusals.number_shared([holder.named() for holder in theirs])
    return theirs[0]


def _not_with_a_colleague() -> Refused:
    return Refused(
        "not_with_a_colleague",
        N_("No colleague of this department has a client with this number. Add the client."),
        kind="conflict",
    )
