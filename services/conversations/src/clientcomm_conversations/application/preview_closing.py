"""What closing a department would mean, in numbers (rules 2.7, 6.1)."""

from datetime import timedelta

from clientcomm_contracts.conversations.departments import ClosingReply, PreviewDepartmentClosing
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.authorize import require_in_department, rights_of
from clientcomm_conversations.application.department_store import DepartmentStore
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.permissions import DepartmentRight

_LATELY = timedelta(days=30)


async def preview_closing(
    writer: Writer, store: DepartmentStore, request: PreviewDepartmentClosing
) -> ClosingReply:
    """Count; nothing changes. Raises Refused."""
    rights = await rights_of(writer, request.asker)
    require_in_department(rights, DepartmentRight.SETTINGS, request.department_id)
    record = await store.lock(request.department_id)
    if record is None:
        raise not_found("department")
    conversations, lately = await store.conversations(record.id, heard_since=writer.now() - _LATELY)
    return ClosingReply(
        department_name=record.name,
        active_conversations=await store.active_conversations(record.id),
        conversations=conversations,
        numbers=len({number.value for number in record.numbers}),
        lately_heard=lately,
    )
