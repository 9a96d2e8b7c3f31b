"""What a search over texts gives."""

from datetime import datetime
from uuid import UUID

from clientcomm_contracts.conversations.search import FoundText as FoundView
from clientcomm_contracts.values import ConversationState, Direction
from clientcomm_gateway.adapters.api.models import Answer, StaffRef
from clientcomm_gateway.adapters.api.shapes import staff_ref


class SnippetPart(Answer):
    """A piece of a text; `found` where it is one of the words looked for."""

    text: str
    found: bool


class FoundText(Answer):
    """A text that was found, and whose conversation it is in."""

    message_id: UUID
    conversation_id: UUID
    department_id: UUID
    direction: Direction
    created_at: datetime
    staff: StaffRef | None
    snippet: list[SnippetPart]
    client_id: UUID | None
    first_name: str
    last_name: str
    sender: str | None
    assigned_to: StaffRef | None
    state: ConversationState


def found_text(view: FoundView) -> FoundText:
    """One found text."""
    return FoundText(
        message_id=view.message_id,
        conversation_id=view.conversation_id,
        department_id=view.department_id,
        direction=view.direction,
        created_at=view.at,
        staff=staff_ref(view.staff),
        snippet=[SnippetPart(text=part.text, found=part.is_found) for part in view.snippet],
        client_id=view.client_id,
        first_name=view.first_name,
        last_name=view.last_name,
        sender=view.sender,
        assigned_to=staff_ref(view.assigned_to),
        state=view.state,
    )
