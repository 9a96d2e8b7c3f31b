"""Shows how far a mass message has come."""

from uuid import UUID

from clientcomm_contracts.conversations.mass_messages import GetMassMessage, MassMessageReply
from clientcomm_contracts.conversations.views import MassMessageView
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.domain.permissions import (
    DepartmentRight,
    StaffRights,
    may_in_department,
)


async def get_mass_message(reader: Reader, request: GetMassMessage) -> MassMessageReply:
    """A mass message of the asker, or of a department all of which they may read."""
    rights = await rights_of(reader, request.asker)
    view = await mass_message_view(reader, rights, request.mass_message_id)
    return MassMessageReply(mass_message=view)


async def mass_message_view(
    reader: Reader, rights: StaffRights, mass_message_id: UUID
) -> MassMessageView:
    """The view for someone with these rights. Refused as not_found if it is not theirs."""
    view = await reader.mass_message(mass_message_id)
    if view is None:
        raise not_found("mass message")
    is_own = view.by_staff.id == rights.staff_id
    if not is_own and not may_in_department(rights, DepartmentRight.READ_ALL, view.department_id):
        raise not_found("mass message")
    return view
