"""What other services ask conversations to do."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from clientcomm_contracts.contract import Command, Contract
from clientcomm_contracts.values import PersonalText


class DueOccurrence(Contract):
    """One scheduled text whose time has come.

    `occurrence_id` is the business id: a second hand-over of it changes nothing. After
    `not_after` it is missed, never sent late (rule 4.4).
    """

    occurrence_id: UUID
    conversation_id: UUID
    staff_id: UUID
    body: PersonalText
    due_at: AwareDatetime
    not_after: AwareDatetime | None = None


class SendOccurrencesV1(Command):
    """Scheduler hands over what is due; conversations is the last gate (architecture §4)."""

    name: ClassVar[str] = "conversations.occurrence.send.v1"

    items: tuple[DueOccurrence, ...] = Field(min_length=1, max_length=100)
