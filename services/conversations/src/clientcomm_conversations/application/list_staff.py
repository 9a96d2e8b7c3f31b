"""Lists colleagues."""

from clientcomm_contracts.conversations.directory import ListStaff, StaffReply
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.domain.permissions import (
    DepartmentRight,
    Reach,
    belongs_to,
    department_reach,
)


async def list_staff(reader: Reader, request: ListStaff) -> StaffReply:
    """Staff of the asker's departments by name; administrators also see who is not active."""
    rights = await rights_of(reader, request.asker)
    reach = belongs_to(rights)
    if request.department_id is not None:
        if not reach.includes(request.department_id):
            raise not_found("department")
        reach = Reach(everywhere=False, departments=frozenset({request.department_id}))
    items, following = await reader.colleagues(
        reach,
        also_former=not department_reach(rights, DepartmentRight.STAFF).is_empty(),
        cursor=request.cursor,
        limit=request.limit,
    )
    return StaffReply(items=items, next=following)
