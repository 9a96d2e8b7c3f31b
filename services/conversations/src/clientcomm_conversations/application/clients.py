"""What use cases on clients need of the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clientcomm_conversations.domain.adding import Holder
from clientcomm_conversations.domain.client import Client


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client with their first number."""

    id: UUID
    department_id: UUID
    first_name: str
    last_name: str
    language: str
    time_zone: str | None
    id_number: str | None
    number_id: UUID
    number: str
    by_staff_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class NewConversation:
    """A department's conversation with a client, in nobody's hands yet."""

    id: UUID
    department_id: UUID
    client_id: UUID
    notes: str
    consent_how: str | None
    by_staff_id: UUID
    at: datetime


class Clients(Protocol):
    """The part of a writer that knows clients."""

    async def region(self) -> str:
        """Where numbers without a country code are."""
        ...

    async def has_department(self, department_id: UUID) -> bool:
        """Whether there is such a department, and it is open until this transaction ends.

        Asked before conversations are locked: departments come first in the order of locks.
        """
        ...

    async def take_turn_with(self, number: str) -> None:
        """Wait until nobody else is adding this number, then keep others waiting."""
        ...

    async def holders(self, number: str, department_id: UUID) -> Sequence[Holder]:
        """Clients who have this number now, as a department sees them."""
        ...

    async def insert_client(self, new: NewClient) -> Client: ...

    async def open_conversation(self, new: NewConversation) -> None:
        """In the unassigned inbox, until it is given to somebody."""
        ...

    async def make_clients(self, new: NewConversation) -> None:
        """An unknown sender's conversation becomes the client's."""
        ...

    async def fill_in(self, typed: NewConversation) -> None:
        """Notes and consent of a conversation that has none; consent is in the ledger as well."""
        ...

    async def lock_client(self, client_id: UUID) -> Client | None:
        """The client, or the survivor of merges."""
        ...

    async def save_client(self, client: Client) -> None:
        """Write the client, and what lists show and find of them in every department."""
        ...

    async def conversations_of(self, client_id: UUID) -> Sequence[UUID]:
        """One per department."""
        ...

    async def set_notes(self, conversation_id: UUID, notes: str) -> None: ...
