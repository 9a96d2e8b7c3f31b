"""Note who read texts of conversations that are not assigned to them (rule 6.4)."""

from collections.abc import Iterable
from uuid import UUID

from clientcomm_contracts.conversations.search import FoundText
from clientcomm_contracts.conversations.views import ConversationRow
from clientcomm_gateway.domain.audit import AuditEntry, Deed


def readings_of_rows(
    staff_id: UUID, address: str, rows: Iterable[ConversationRow], token_id: UUID | None = None
) -> tuple[AuditEntry, ...]:
    """One entry for the last texts that a list shows of others' conversations, if any."""
    others = tuple(row.id for row in rows if row.last_text and not _is_own(row, staff_id))
    if not others:
        return ()
    details = {"where": "list"}
    return (AuditEntry(Deed.TEXTS_READ, staff_id, address, others, token_id, details),)


def readings_of_found(
    staff_id: UUID, address: str, items: Iterable[FoundText], token_id: UUID | None = None
) -> tuple[AuditEntry, ...]:
    """One entry for the texts of others' conversations that a search shows, if any."""
    others = {
        item.conversation_id: None
        for item in items
        if item.assigned_to is None or item.assigned_to.id != staff_id
    }
    if not others:
        return ()
    details = {"where": "search"}
    return (AuditEntry(Deed.TEXTS_READ, staff_id, address, tuple(others), token_id, details),)


def readings_of_thread(
    staff_id: UUID, address: str, row: ConversationRow, token_id: UUID | None = None
) -> tuple[AuditEntry, ...]:
    """One entry for the thread of someone else's conversation."""
    if _is_own(row, staff_id):
        return ()
    details = {"where": "thread"}
    return (AuditEntry(Deed.TEXTS_READ, staff_id, address, (row.id,), token_id, details),)


def _is_own(row: ConversationRow, staff_id: UUID) -> bool:
    return row.assigned_to is not None and row.assigned_to.id == staff_id
