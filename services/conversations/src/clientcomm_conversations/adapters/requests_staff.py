"""What administrators ask about staff."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.conversations.staff import (
    DeactivateStaff,
    EditStaff,
    GetStaffMember,
    InviteStaff,
    ListCaseload,
    ReactivateStaff,
)
from clientcomm_conversations.adapters.handlers import Answer, Writers
from clientcomm_conversations.adapters.staff_tables import StaffTables
from clientcomm_conversations.application.deactivate_staff import deactivate_staff, hand_over_rest
from clientcomm_conversations.application.edit_staff import edit_staff
from clientcomm_conversations.application.get_staff_member import get_staff_member, list_caseload
from clientcomm_conversations.application.invite_staff import invite_staff
from clientcomm_conversations.application.reactivate_staff import reactivate_staff
from clientcomm_conversations.application.staff_store import StaffStore
from clientcomm_conversations.application.writing import Writer
from clientcomm_persistence import Database, Transaction

Q = TypeVar("Q", bound=Request[Any])


def staff_handlers(database: Database, writers: Writers) -> Mapping[type[Request[Any]], Answer]:
    """What to do for each request."""

    def answering(use_case: Callable[[Writer, StaffStore, Q], Awaitable[Reply]]) -> Answer:
        async def answer(request: Q) -> Reply:
            async def work(tx: Transaction) -> Reply:
                return await use_case(writers.of(tx), StaffTables(tx), request)

            return await database.run(work)

        return answer

    deactivate = answering(deactivate_staff)

    async def deactivate_wholly(request: DeactivateStaff) -> Reply:
        reply = await deactivate(request)
        await database.run(lambda tx: hand_over_rest(writers.of(tx), StaffTables(tx), request))
        return reply

    return {
        GetStaffMember: answering(get_staff_member),
        ListCaseload: answering(list_caseload),
        InviteStaff: answering(invite_staff),
        EditStaff: answering(edit_staff),
        DeactivateStaff: deactivate_wholly,
        ReactivateStaff: answering(reactivate_staff),
    }
