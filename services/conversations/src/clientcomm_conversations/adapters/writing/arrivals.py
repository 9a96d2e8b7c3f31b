"""What filing that which comes in takes of the store, within one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.conversations.events import Attachment
from clientcomm_contracts.sms import MediaStoredV1, OptOutRecordedV1
from clientcomm_conversations.adapters.statements import absences, arrivals, consent, files
from clientcomm_conversations.adapters.writing.one_transaction import OneTransaction
from clientcomm_conversations.application.arrived_rows import (
    DepartmentVoice,
    FileOfText,
    Heard,
    InboundFile,
    Suspicion,
    Texted,
)
from clientcomm_conversations.domain.routing import Holding


class SqlArrivals(OneTransaction):
    """A transaction's `Arrivals`."""

    async def known_inbound(self, inbound_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Which inbound texts are kept already."""
        return await arrivals.known_inbound(self._tx, inbound_ids)

    async def holdings(self, heard: Sequence[Heard]) -> Mapping[Heard, Sequence[Holding]]:
        """Who has or had these senders' numbers."""
        return await arrivals.holdings(self._tx, heard)

    async def threads_of_senders(
        self, pairs: Iterable[Texted]
    ) -> Mapping[Texted, tuple[UUID, bool]]:
        """The thread of each unknown sender, opened where there is none."""
        return await arrivals.threads_of_senders(
            self._tx, pairs, new_id=self._new_id, now=self.now()
        )

    async def existing_threads_of_senders(self, pairs: Iterable[Texted]) -> Mapping[Texted, UUID]:
        """The threads of unknown senders that have one."""
        return await arrivals.existing_threads_of_senders(self._tx, pairs)

    async def inbound_files(self, inbound_ids: Sequence[UUID]) -> Mapping[UUID, Attachment]:
        """Attachments that came before their texts."""
        return await files.fetched_files(self._tx, inbound_ids)

    async def attach_inbound(self, rows: Sequence[InboundFile]) -> Sequence[Attachment]:
        """Tie attachments to their texts."""
        return await files.attach_inbound(self._tx, rows, now=self.now())

    async def store_files(self, events: Sequence[MediaStoredV1]) -> Sequence[FileOfText]:
        """Remember where bytes lie, or why they cannot be had."""
        return await files.store_files(self._tx, events, now=self.now())

    async def suspect_refusals(self, suspicions: Sequence[Suspicion]) -> None:
        """Ledger rows, and what a person is asked."""
        await arrivals.suspect_refusals(self._tx, suspicions, new_id=self._new_id)

    async def voices(self, department_ids: Iterable[UUID]) -> Mapping[UUID, DepartmentVoice]:
        """How these departments answer by themselves."""
        return await arrivals.voices(self._tx, department_ids)

    async def automatic_replies(
        self, numbers: Iterable[str], *, since: datetime
    ) -> Mapping[str, int]:
        """How many automatic replies went to each number."""
        return await arrivals.automatic_replies(self._tx, numbers, since=since)

    async def away_replies(self, staff_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """What clients of who is away are told."""
        return await absences.away_replies(self._tx, staff_ids, now=self.now())

    async def may_reply_away(self, conversation_id: UUID) -> bool:
        """Once in 24 hours."""
        return await absences.may_reply_away(self._tx, conversation_id, now=self.now())

    async def may_reply_closed(self, conversation_id: UUID, *, closed_since: datetime) -> bool:
        """Once since the office closed."""
        return await absences.may_reply_closed(
            self._tx, conversation_id, closed_since=closed_since, now=self.now()
        )

    async def count_automatic_reply(self, department_id: UUID, number: str) -> None:
        """One more."""
        await arrivals.count_automatic_reply(
            self._tx,
            row_id=self.new_id(),
            department_id=department_id,
            number=number,
            at=self.now(),
        )

    async def set_opt_out(self, event: OptOutRecordedV1) -> bool:
        """Note it in the ledger."""
        return await consent.set_opt_out(self._tx, event, row_id=self.new_id())

    async def threads_with_numbers(
        self, pairs: Sequence[Texted]
    ) -> Mapping[Texted, Sequence[UUID]]:
        """Conversations of who has these numbers now."""
        return await consent.threads_with_numbers(self._tx, pairs)

    async def opted_out_among(self, conversation_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Those whose usual number has opted out."""
        return await consent.opted_out_among(self._tx, conversation_ids)
