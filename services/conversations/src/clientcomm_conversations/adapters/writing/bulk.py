"""What writing mass messages takes of the store, within one transaction."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from clientcomm_conversations.adapters.statements import bulk
from clientcomm_conversations.adapters.writing.one_transaction import OneTransaction
from clientcomm_conversations.application.bulk import (
    BulkPace,
    NewMassMessage,
    Progress,
    Recipient,
    WaitingMassMessage,
)
from clientcomm_conversations.domain.mass_message import Candidate, Chosen


class SqlBulk(OneTransaction):
    """A transaction's `Bulk`."""

    async def candidates(
        self, conversation_ids: Sequence[UUID]
    ) -> Sequence[tuple[UUID, Candidate | None]]:
        """What a mass message was asked for."""
        return await bulk.candidates(self._tx, conversation_ids)

    async def bulk_pace(self, department_id: UUID) -> BulkPace:
        """How fast the number sends, and what is on its way."""
        since = self.now() - timedelta(days=1)
        return await bulk.bulk_pace(self._tx, department_id, since=since)

    async def insert_mass_message(self, new: NewMassMessage, chosen: Sequence[Chosen]) -> Progress:
        """A mass message with all its recipients."""
        ids = [self.new_id() for _ in chosen]
        return await bulk.insert_mass_message(self._tx, new, chosen, ids=ids)

    async def take_turn_with_bulk(self, department_id: UUID) -> None:
        """Wait for a release under way."""
        await bulk.take_turn(self._tx, department_id)

    async def try_turn_with_bulk(self, department_id: UUID) -> bool:
        """Take the turn if nobody has it."""
        return await bulk.try_turn(self._tx, department_id)

    async def next_mass_message(self, department_id: UUID) -> WaitingMassMessage | None:
        """The department's oldest that is not released yet."""
        return await bulk.next_mass_message(self._tx, department_id, self.now())

    async def next_recipients(self, mass_message_id: UUID, most: int) -> Sequence[Recipient]:
        """The next who have no text yet."""
        return await bulk.next_recipients(self._tx, mass_message_id, most)

    async def texted_by(
        self, mass_message_id: UUID, conversation_ids: Sequence[UUID]
    ) -> frozenset[UUID]:
        """Conversations that this mass message has reached."""
        return await bulk.texted_by(self._tx, mass_message_id, conversation_ids)

    async def record_release(
        self, mass_message_id: UUID, recipients: Sequence[Recipient]
    ) -> Progress:
        """What became of these recipients."""
        return await bulk.record_release(self._tx, mass_message_id, recipients, now=self.now())

    async def stop_mass_message(
        self, mass_message_id: UUID, *, by_staff_id: UUID
    ) -> Progress | None:
        """Release no more of it."""
        return await bulk.stop_mass_message(
            self._tx, mass_message_id, by_staff_id=by_staff_id, now=self.now()
        )

    async def unsent_of(self, mass_message_id: UUID) -> Sequence[UUID]:
        """Texts that the carrier does not have yet."""
        return await bulk.unsent_of(self._tx, mass_message_id)

    async def waiting_bulk_of(self, staff_id: UUID) -> Sequence[UUID]:
        """Texts in their name that the carrier does not have yet."""
        return await bulk.waiting_bulk_of(self._tx, staff_id)

    async def return_recipients(
        self, message_ids: Sequence[UUID]
    ) -> Sequence[tuple[UUID, Progress]]:
        """Recipients of canceled texts wait once more."""
        return await bulk.return_recipients(self._tx, message_ids)

    def wake_release(self) -> None:
        """There is bulk to release, once this is committed."""
        self._tx.after_commit(self._wake_release)
