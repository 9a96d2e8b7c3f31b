"""What departments offer as statuses, categories and outcomes, and who is due (rule 2.12)."""

from clientcomm_contracts.conversations.labels import (
    DueReply,
    LabelsReply,
    ListDue,
    ListLabels,
)
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.domain.permissions import Reach, belongs_to


async def list_labels(reader: Reader, request: ListLabels) -> LabelsReply:
    """Labels of the asker's departments alone."""
    rights = await rights_of(reader, request.asker)
    reach = belongs_to(rights)
    if request.department_id is not None:
        if not reach.includes(request.department_id):
            raise not_found("department")
        reach = Reach(everywhere=False, departments=frozenset({request.department_id}))
    follow_ups = await reader.follow_ups(rights.staff_id) if request.with_follow_ups else ()
    labels = await reader.labels(reach)
    return labels.model_copy(update={"follow_ups": follow_ups})


async def list_due(reader: Reader, request: ListDue) -> DueReply:
    """The asker's own clients of this status; none for a status that they have not set."""
    rights = await rights_of(reader, request.asker)
    return DueReply(conversation_ids=await reader.due(rights.staff_id, request.status_id))
