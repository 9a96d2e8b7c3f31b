"""A colleague is asked for their client, and the supervisors learn of it (rule 2.4)."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol
from uuid import UUID

from clientcomm_contracts.conversations.asking import AskForTransfer, TransferAskedReply
from clientcomm_contracts.conversations.views import StaffName
from clientcomm_contracts.notices import Notice, NoticeKind, SendNoticesV1
from clientcomm_conversations.application.authorize import require_in_department, rights_of
from clientcomm_conversations.application.client_fields import department_to_add_in, typed_number
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.adding import Holder
from clientcomm_conversations.domain.asking import ASKED_FOR, colleagues_client
from clientcomm_conversations.domain.permissions import DepartmentRight

_MOST_NOTICES = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """One case manager asks another for a conversation."""

    conversation_id: UUID
    asked_by: UUID
    asked_of: UUID
    at: datetime


class AskStore(Protocol):
    """Who asked whom, within one transaction."""

    async def ask(self, asked: Asked, *, unless_since: datetime) -> datetime | None:
        """When the same was asked since then, else None: it is asked now."""
        ...

    async def supervisors(self, department_id: UUID) -> tuple[UUID, ...]:
        """Active supervisors of the department, else those of the organisation."""
        ...


async def ask_for_transfer(
    writer: Writer, store: AskStore, request: AskForTransfer
) -> TransferAskedReply:
    """Ask, once a day at most. Raises Refused."""
    return await once(writer, request, partial(_ask, writer, store, request))


async def _ask(writer: Writer, store: AskStore, request: AskForTransfer) -> TransferAskedReply:
    rights = await rights_of(writer, request.asker)
    department_id = department_to_add_in(rights, request.department_id)
    require_in_department(rights, DepartmentRight.HAVE_CASELOAD, department_id)
    number = await typed_number(writer, request.phone)
    holders = await writer.holders(number, department_id)
    holder = colleagues_client(holders, me=rights.staff_id, client_id=request.client_id)
    assert holder.conversation_id is not None
    assert holder.holder_id is not None
    asked = Asked(holder.conversation_id, rights.staff_id, holder.holder_id, writer.now())
    before = await store.ask(asked, unless_since=asked.at - ASKED_FOR)
    if before is None:
        await _tell(writer, store, asked, holder, department_id)
    return TransferAskedReply(
        client_id=holder.client_id,
        asked=StaffName(id=holder.holder_id, full_name=holder.holder_name or ""),
        asked_at=before or asked.at,
        is_repeated=before is not None,
    )


async def _tell(
    writer: Writer, store: AskStore, asked: Asked, holder: Holder, department_id: UUID
) -> None:
    names = await writer.staff_names([asked.asked_by])
    watching = await store.supervisors(department_id)
    readers = dict.fromkeys((asked.asked_of, *watching))
    notices = [
        Notice(
            id=writer.new_id(),
            staff_id=staff_id,
            kind=NoticeKind.TRANSFER_ASKED,
            department_id=department_id,
            conversation_id=asked.conversation_id,
            details={
                "by": names.get(asked.asked_by, ""),
                "by_id": str(asked.asked_by),
                "client": f"{holder.first_name} {holder.last_name[:1]}".strip(),
            },
        )
        for staff_id in readers
        if staff_id != asked.asked_by
    ]
    for first in range(0, len(notices), _MOST_NOTICES):
        writer.publish(SendNoticesV1(items=tuple(notices[first : first + _MOST_NOTICES])))
