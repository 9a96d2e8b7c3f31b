"""What joining conversations and clients needs of the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clientcomm_conversations.domain.client import Client


@dataclass(frozen=True, slots=True)
class Moved:
    """How much went from one thread to another."""

    messages: int
    markers: int


class Joining(Protocol):
    """The part of a writer that moves rows from one conversation or client to another."""

    async def absorb(
        self, survivor_id: UUID, absorbed_id: UUID, *, sequence: int, at: datetime
    ) -> Moved:
        """All texts and markers move, blanks are filled, the absorbed one redirects for ever."""
        ...

    async def first_unread(
        self, conversation_id: UUID, read_up_to: tuple[datetime | None, UUID | None]
    ) -> tuple[datetime, UUID] | None:
        """Where the first inbound text after the read position stands."""
        ...

    async def numbers_of(self, client_ids: Sequence[UUID]) -> frozenset[str]:
        """All numbers that these clients have or had."""
        ...

    async def save_numbers(self, client: Client) -> None:
        """Write all numbers of a client, also those that were another's until now."""
        ...

    async def absorb_client(self, absorbed: Client, survivor_id: UUID) -> None:
        """The absorbed client, and all whom they had absorbed, are the survivor from now on."""
        ...

    async def give_to_client(self, conversation_ids: Sequence[UUID], client_id: UUID) -> None:
        """Conversations of departments that the survivor had none with."""
        ...

    async def sender_of(self, conversation_id: UUID) -> str | None:
        """The unknown sender by whom a conversation began."""
        ...

    async def waiting_for(self, number: str, conversation_ids: Sequence[UUID]) -> Sequence[UUID]:
        """Texts to this number that have not left yet."""
        ...

    async def department_names(self, department_ids: Sequence[UUID]) -> Mapping[UUID, str]: ...
