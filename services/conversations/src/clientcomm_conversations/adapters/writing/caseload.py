"""What transfers, closings and labels take of the store, within one transaction."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from clientcomm_contracts.conversations.labels import LabelKind
from clientcomm_conversations.adapters.statements import caseload
from clientcomm_conversations.adapters.writing.one_transaction import OneTransaction
from clientcomm_conversations.application.caseload import Outcome
from clientcomm_conversations.application.places import Place
from clientcomm_conversations.domain.caseload import Case
from clientcomm_conversations.domain.permissions import StaffRights

_UNSENT_FOR = timedelta(days=7)


class SqlCaseloads(OneTransaction):
    """A transaction's `Caseloads`."""

    async def cases(self, conversation_ids: Sequence[UUID]) -> Sequence[tuple[UUID, Case | None]]:
        """Conversations as a transfer or closing sees them."""
        return await caseload.cases(self._tx, conversation_ids)

    async def receiver_rights(self, staff_id: UUID) -> StaffRights | None:
        """What the receiver may do, held as they are."""
        return await caseload.receiver_rights(self._tx, staff_id, self.now())

    async def outcomes(self, department_ids: Sequence[UUID]) -> Sequence[Outcome]:
        """Outcomes of departments."""
        return await caseload.outcomes(self._tx, department_ids)

    async def outcome(self, outcome_id: UUID) -> Outcome | None:
        """One outcome."""
        return await caseload.outcome(self._tx, outcome_id)

    async def last_inbound_places(self, conversation_ids: Sequence[UUID]) -> Mapping[UUID, Place]:
        """The last inbound text of each."""
        return await caseload.last_inbound_places(self._tx, conversation_ids)

    async def unsent_automatic(self, conversation_ids: Sequence[UUID]) -> Sequence[UUID]:
        """Texts of no person that have not gone."""
        since = self.now() - _UNSENT_FOR
        return await caseload.unsent_automatic(self._tx, conversation_ids, since=since)

    async def department_offering(self, kind: LabelKind, label_id: UUID) -> UUID | None:
        """The department that offers this label."""
        return await caseload.department_offering(self._tx, kind, label_id)

    async def set_label(
        self, conversation_id: UUID, kind: LabelKind, label_id: UUID | None
    ) -> None:
        """Set or clear a conversation's label."""
        await caseload.set_label(self._tx, conversation_id, kind, label_id)
