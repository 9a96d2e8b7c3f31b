"""What adding and changing clients takes of the store, within one transaction."""

from collections.abc import Sequence
from uuid import UUID

from clientcomm_conversations.adapters.statements import clients
from clientcomm_conversations.adapters.writing.one_transaction import OneTransaction
from clientcomm_conversations.application.clients import NewClient, NewConversation
from clientcomm_conversations.domain.adding import Holder
from clientcomm_conversations.domain.client import Client


class SqlClients(OneTransaction):
    """A transaction's `Clients`."""

    async def region(self) -> str:
        """Where numbers without a country code are."""
        return await clients.region(self._tx)

    async def has_department(self, department_id: UUID) -> bool:
        """Whether there is such a department, open until this transaction ends."""
        return await clients.has_department(self._tx, department_id)

    async def take_turn_with(self, number: str) -> None:
        """Keep others who add this number waiting."""
        await clients.take_turn_with(self._tx, number)

    async def holders(self, number: str, department_id: UUID) -> Sequence[Holder]:
        """Clients who have this number now."""
        return await clients.holders(self._tx, number, department_id)

    async def insert_client(self, new: NewClient) -> Client:
        """A client with their number."""
        return await clients.insert_client(self._tx, new)

    async def open_conversation(self, new: NewConversation) -> None:
        """A department's conversation with a client."""
        await clients.open_conversation(self._tx, new, row_id=self.new_id())

    async def make_clients(self, new: NewConversation) -> None:
        """An unknown sender's conversation becomes the client's."""
        await clients.make_clients(self._tx, new, row_id=self.new_id())

    async def fill_in(self, typed: NewConversation) -> None:
        """What a conversation lacks of what was typed."""
        await clients.fill_in(self._tx, typed, row_id=self.new_id())

    async def lock_client(self, client_id: UUID) -> Client | None:
        """The client, or the survivor of merges."""
        return await clients.lock_client(self._tx, client_id)

    async def save_client(self, client: Client) -> None:
        """Write the client, and what lists show of them."""
        await clients.save_client(self._tx, client)

    async def conversations_of(self, client_id: UUID) -> Sequence[UUID]:
        """One per department."""
        return await clients.conversations_of(self._tx, client_id)

    async def set_notes(self, conversation_id: UUID, notes: str) -> None:
        """The department's notes."""
        await clients.set_notes(self._tx, conversation_id, notes)
