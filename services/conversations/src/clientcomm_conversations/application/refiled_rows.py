"""What re-filing a text needs of the store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clientcomm_conversations.domain.refiling import InboundText, Latest, Sharer


class Refiling(Protocol):
    """The part of a writer that moves one text."""

    async def inbound_text(self, message_id: UUID) -> InboundText | None: ...

    async def sharers(self, department_id: UUID, number: str) -> Sequence[Sharer]:
        """Clients of a department who have this number now."""
        ...

    async def name_of(self, conversation_id: UUID) -> str:
        """Whose conversation it is: the client's name, else the sender."""
        ...

    async def move(self, message_id: UUID, *, from_id: UUID, to_id: UUID, at: datetime) -> None: ...

    async def latest(self, conversation_id: UUID) -> Latest:
        """What is last in a thread."""
        ...
