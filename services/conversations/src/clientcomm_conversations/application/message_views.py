"""A text that was just written, as the page shows it."""

from uuid import UUID

from clientcomm_contracts.conversations.events import Attachment
from clientcomm_contracts.conversations.views import MessageView, StaffName
from clientcomm_conversations.domain.entries import Message


def written_view(
    message: Message, *, staff_name: str | None, attachments: tuple[Attachment, ...] = ()
) -> MessageView:
    """The view of a fresh outbound text."""
    return MessageView(
        id=message.id,
        conversation_id=message.conversation_id,
        direction=message.direction,
        author=message.author,
        staff=_staff(message.staff_id, staff_name),
        lane=message.lane,
        body=message.body,
        state=message.state,
        segments=message.segments,
        attachments=attachments,
        problem=None,
        number_from=message.number_from,
        number_to=message.number_to,
        at=message.at,
        written_at=message.written_at,
        sent_at=None,
        delivered_at=None,
        resend_of=message.resend_of,
        occurrence_id=message.occurrence_id,
        mass_message_id=message.mass_message_id,
    )


def _staff(staff_id: UUID | None, staff_name: str | None) -> StaffName | None:
    return StaffName(id=staff_id, full_name=staff_name or "") if staff_id else None
