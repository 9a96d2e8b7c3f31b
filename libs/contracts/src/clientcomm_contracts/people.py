"""Who asks, what they may do, and the key that makes a request safe to repeat."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from clientcomm_contracts.contract import Contract
from clientcomm_contracts.values import Action


class Asker(Contract):
    """The member of staff on whose behalf the gateway asks; the owner looks up what they may."""

    staff_id: UUID


class RepeatKey(Contract):
    """An `Idempotency-Key`, or the hidden key of a form, kept by the owner for 7 days.

    Same actor, key and body hash: the first answer again. Other body: refused as `reused_key`.
    """

    key: str = Field(min_length=1, max_length=255)
    body_hash: str = Field(min_length=64, max_length=64)


class Grant(Contract):
    """What conversations allows one member of staff at scheduler and export (architecture §6).

    A grant names conversations, each with the instant from which its thread may be seen
    (None: all of it).
    """

    staff_id: UUID
    staff_name: str
    actions: frozenset[Action]
    conversation_ids: frozenset[UUID] = frozenset()
    department_ids: frozenset[UUID] = frozenset()
    visible_from: AwareDatetime | None = None

    def allows(self, action: Action, conversation_id: UUID) -> bool:
        """True if this action is allowed in this conversation."""
        return action in self.actions and conversation_id in self.conversation_ids
