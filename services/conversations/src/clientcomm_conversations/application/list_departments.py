"""Lists the departments that the asker may see."""

from clientcomm_contracts.conversations.directory import DepartmentsReply, ListDepartments
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.domain.permissions import belongs_to


async def list_departments(reader: Reader, request: ListDepartments) -> DepartmentsReply:
    """The asker's departments by name; all of them for roles that span the organisation."""
    rights = await rights_of(reader, request.asker)
    return DepartmentsReply(items=await reader.departments(belongs_to(rights)))
