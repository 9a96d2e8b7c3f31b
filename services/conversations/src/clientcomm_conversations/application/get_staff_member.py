"""Shows an administrator one member of staff, and what they would leave behind (rule 1.6)."""

from clientcomm_contracts.conversations.staff import (
    CaseloadReply,
    GetStaffMember,
    ListCaseload,
    StaffMemberReply,
)
from clientcomm_conversations.application.authorize import KnowsStaff, not_allowed
from clientcomm_conversations.application.staff_store import StaffStore, record_of, staff_reply
from clientcomm_conversations.domain.staffing import may_change


async def get_staff_member(
    knows: KnowsStaff, store: StaffStore, request: GetStaffMember
) -> StaffMemberReply:
    """One member of staff."""
    rights, record = await record_of(knows, store, request.asker, request.staff_id)
    clients = await store.caseload(record.id)
    return staff_reply(record, rights, active_clients=len(clients))


async def list_caseload(
    knows: KnowsStaff, store: StaffStore, request: ListCaseload
) -> CaseloadReply:
    """Their active clients; only for who may end the account."""
    rights, record = await record_of(knows, store, request.asker, request.staff_id)
    if not may_change(rights, record):
        raise not_allowed()
    return CaseloadReply(items=tuple(await store.caseload(record.id)))
