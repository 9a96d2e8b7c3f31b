"""What adding a client with a known number comes to (rule 2.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from clientcomm_contracts.faults import not_found
from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.domain.refusals import client as refusals


class Answer(StrEnum):
    """What the person said to rule 2.4's question."""

    SAME_PERSON = "same_person"
    SHARED_PHONE = "shared_phone"
    TAKE_OVER = "take_over"


class Step(StrEnum):
    """What is to be done."""

    CREATE = "create"
    LAND = "land"
    OPEN = "open"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Holder:
    """A client with the number now, and their conversation with my department if there is one.

    `holder_id`: who is assigned, or was last when it is closed or in the inbox.
    """

    client_id: UUID
    first_name: str
    last_name: str
    conversation_id: UUID | None = None
    state: ConversationState | None = None
    holder_id: UUID | None = None
    holder_name: str | None = None

    def is_mine(self, me: UUID) -> bool:
        """I am assigned, or was when it was closed."""
        had = {ConversationState.OPEN, ConversationState.CLOSED}
        return self.state in had and self.holder_id == me

    def is_colleagues(self, me: UUID) -> bool:
        """A colleague of my department is assigned."""
        return self.state is ConversationState.OPEN and self.holder_id != me

    def named(self) -> Mapping[str, str]:
        """Who it is, for the question."""
        return {
            "id": str(self.client_id),
            "first_name": self.first_name,
            "last_name": self.last_name,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """LAND in or OPEN a conversation, JOIN a client with a new one, or CREATE both."""

    step: Step
    holder: Holder | None = None


def decide(
    holders: Sequence[Holder], *, me: UUID, answer: Answer | None, client_id: UUID | None
) -> Decision:
    """Rule 2.4: mine first, then colleagues', then my department's, then other departments'.

    Raises Refused with the question, as long as it is not answered; nothing is made before.
    """
    if not holders or answer is Answer.SHARED_PHONE:
        return Decision(Step.CREATE)
    if client_id is not None:
        holders = [holder for holder in holders if holder.client_id == client_id]
        if not holders:
            raise not_found("client")
    nearest = _nearest(holders, me)
    if len(nearest) > 1:
        raise refusals.number_shared([holder.named() for holder in nearest])
    return _about(nearest[0], me, answer, is_chosen=client_id is not None)


def _nearest(holders: Sequence[Holder], me: UUID) -> Sequence[Holder]:
    mine = [holder for holder in holders if holder.is_mine(me)]
    colleagues = [holder for holder in holders if holder.is_colleagues(me)]
    ours = [holder for holder in holders if holder.conversation_id is not None]
    return mine or colleagues or ours or holders


def _about(holder: Holder, me: UUID, answer: Answer | None, *, is_chosen: bool) -> Decision:
    if holder.is_mine(me):
        is_open = holder.state is ConversationState.OPEN
        return Decision(Step.LAND if is_open else Step.OPEN, holder)
    if holder.is_colleagues(me):
        raise refusals.assigned_to_colleague(_staff(holder) or {}, holder.client_id)
    if holder.conversation_id is not None:
        if answer is Answer.TAKE_OVER:
            return Decision(Step.OPEN, holder)
        raise refusals.known_in_my_department(
            holder.conversation_id, holder.named(), _staff(holder)
        )
    if answer is Answer.SAME_PERSON and is_chosen:
        return Decision(Step.JOIN, holder)
    raise refusals.known_in_other_department(holder.named())


def _staff(holder: Holder) -> Mapping[str, str] | None:
    if holder.holder_id is None:
        return None
    return {"id": str(holder.holder_id), "full_name": holder.holder_name or ""}
