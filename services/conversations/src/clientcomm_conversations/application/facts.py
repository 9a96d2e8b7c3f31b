"""The facts that conversations tells, from what happened to a locked thread."""

from datetime import datetime
from uuid import UUID

from clientcomm_contracts.conversations.events import (
    Attachment,
    ConversationChangedV1,
    MarkerAddedV1,
    MessageReceivedV1,
    MessageStateChangedV1,
    MessageWrittenV1,
    OptOutChangedV1,
    ReadPositionMovedV1,
)
from clientcomm_contracts.sms import OutgoingText, QuietWindow
from clientcomm_contracts.values import Lane
from clientcomm_conversations.domain.entries import Marker, Message, Standing
from clientcomm_conversations.domain.text_reports import Report
from clientcomm_conversations.domain.thread import Thread


def message_written(
    thread: Thread,
    message: Message,
    *,
    staff_name: str | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> MessageWrittenV1:
    """An outbound text stands in the thread."""
    return MessageWrittenV1(
        aggregate_id=thread.id,
        sequence=thread.next_sequence(),
        occurred_at=message.written_at,
        message_id=message.id,
        department_id=thread.department_id,
        client_id=thread.client_id,
        lane=message.lane or Lane.REPLY,
        author=message.author,
        staff_id=message.staff_id,
        staff_name=staff_name,
        number_from=message.number_from,
        number_to=message.number_to,
        body=message.body,
        segments=message.segments,
        attachments=attachments,
        occurrence_id=message.occurrence_id,
        mass_message_id=message.mass_message_id,
        resend_of=message.resend_of,
    )


def message_received(
    thread: Thread, message: Message, *, now: datetime, attachments: tuple[Attachment, ...] = ()
) -> MessageReceivedV1:
    """An inbound text stands in the thread."""
    return MessageReceivedV1(
        aggregate_id=thread.id,
        sequence=thread.next_sequence(),
        occurred_at=now,
        message_id=message.id,
        department_id=thread.department_id,
        client_id=thread.client_id,
        assigned_to=thread.assigned_to,
        number_from=message.number_from,
        number_to=message.number_to,
        body=message.body,
        received_at=message.received_at or message.at,
        tag=message.tag,
        attachments=attachments,
        from_former_number=message.from_former_number,
    )


def state_changed(
    thread: Thread, message: Standing | Message, report: Report
) -> MessageStateChangedV1:
    """An outbound text moved on."""
    return MessageStateChangedV1(
        aggregate_id=thread.id,
        sequence=thread.next_sequence(),
        occurred_at=report.at,
        message_id=message.id,
        department_id=thread.department_id,
        state=report.state,
        error_code=report.error_code,
        occurrence_id=message.occurrence_id,
        mass_message_id=message.mass_message_id,
    )


def conversation_changed(
    thread: Thread, *, now: datetime, by_staff_id: UUID | None = None
) -> ConversationChangedV1:
    """A conversation opened, or is in other hands."""
    return ConversationChangedV1(
        aggregate_id=thread.id,
        sequence=thread.next_sequence(),
        occurred_at=now,
        department_id=thread.department_id,
        client_id=thread.client_id,
        sender=thread.sender,
        state=thread.state,
        assigned_to=thread.assigned_to,
        by_staff_id=by_staff_id,
    )


def marker_added(
    thread: Thread, marker: Marker, *, by_staff_name: str | None = None
) -> MarkerAddedV1:
    """A marker stands in the thread."""
    return MarkerAddedV1(
        aggregate_id=thread.id,
        sequence=thread.next_sequence(),
        occurred_at=marker.at,
        marker_id=marker.id,
        department_id=thread.department_id,
        kind=marker.kind,
        by_staff_id=marker.by_staff_id,
        by_staff_name=by_staff_name,
        details=marker.details,
    )


def read_position_moved(
    thread: Thread, *, now: datetime, by_staff_id: UUID | None
) -> ReadPositionMovedV1:
    """The read position is elsewhere."""
    return ReadPositionMovedV1(
        aggregate_id=thread.id,
        sequence=thread.next_sequence(),
        occurred_at=now,
        department_id=thread.department_id,
        read_up_to=thread.read_up_to,
        unread_count=thread.unread_count,
        by_staff_id=by_staff_id,
    )


def opt_out_changed(
    thread: Thread, *, number: str, is_opted_out: bool, how: str, at: datetime
) -> OptOutChangedV1:
    """A number of this conversation opted out, or in again."""
    return OptOutChangedV1(
        aggregate_id=thread.id,
        sequence=thread.next_sequence(),
        occurred_at=at,
        department_id=thread.department_id,
        number=number,
        is_opted_out=is_opted_out,
        how=how,
    )


def outgoing_text(
    message: Message, *, quiet: QuietWindow | None = None, media_keys: tuple[str, ...] = ()
) -> OutgoingText:
    """A written text as sms is told of it. `quiet` None: exempt from quiet hours (rule 3.9)."""
    assert message.lane is not None
    assert message.position is not None
    return OutgoingText(
        message_id=message.id,
        conversation_id=message.conversation_id,
        department_id=message.department_id,
        lane=message.lane,
        position=message.position,
        number_from=message.number_from,
        number_to=message.number_to,
        body=message.body,
        segments=message.segments,
        media_keys=media_keys,
        written_at=message.written_at,
        not_after=message.not_after,
        quiet=quiet,
    )
