"""From facts to the threads that transcripts read."""

from collections.abc import Iterable

from clientcomm_contracts.conversations.events import (
    Attachment,
    AttachmentStoredV1,
    ConversationsMergedV1,
    MarkerAddedV1,
    MessageReceivedV1,
    MessageRefiledV1,
    MessageStateChangedV1,
    MessageWrittenV1,
)
from clientcomm_contracts.values import Direction, MessageState
from clientcomm_export.domain.journal import Fact
from clientcomm_export.domain.thread import (
    FIRST_FILING,
    Absorption,
    AttachmentFact,
    Filed,
    Reached,
    ThreadChanges,
    Written,
)


def thread_changes(facts: Iterable[Fact]) -> ThreadChanges:
    """What these facts say about threads; most facts say nothing."""
    changes = ThreadChanges()
    for fact in facts:
        match fact.content:
            case MessageStateChangedV1() as event:
                reached = Reached(event.state, event.occurred_at, event.error_code)
                changes.reach(event.message_id, reached)
            case MessageWrittenV1() as event:
                _written(event, changes)
            case MessageReceivedV1() as event:
                _received(event, changes)
            case MarkerAddedV1() as event:
                _marked(event, changes)
            case AttachmentStoredV1() as event:
                changes.attach(_attached(event, event.attachment, is_settled=True))
            case MessageRefiledV1() as event:
                changes.file(event.message_id, Filed(event.aggregate_id, event.occurred_at))
            case ConversationsMergedV1() as event:
                changes.absorptions[event.absorbed_id] = Absorption(
                    event.absorbed_id, event.aggregate_id, event.absorbed_sequence
                )
    return changes


def _written(event: MessageWrittenV1, changes: ThreadChanges) -> None:
    changes.written[event.message_id] = Written(
        at=event.occurred_at,
        direction=Direction.OUTBOUND,
        author=event.author,
        staff_id=event.staff_id,
        staff_name=event.staff_name,
        number_from=event.number_from,
        number_to=event.number_to,
        body=event.body,
    )
    changes.file(event.message_id, Filed(event.aggregate_id, FIRST_FILING))
    changes.reach(event.message_id, Reached(MessageState.QUEUED, event.occurred_at))
    for attachment in event.attachments:
        changes.attach(_attached(event, attachment, is_settled=True))


def _received(event: MessageReceivedV1, changes: ThreadChanges) -> None:
    changes.written[event.message_id] = Written(
        at=event.occurred_at,
        direction=Direction.INBOUND,
        number_from=event.number_from,
        number_to=event.number_to,
        body=event.body,
        received_at=event.received_at,
    )
    changes.file(event.message_id, Filed(event.aggregate_id, FIRST_FILING))
    changes.reach(event.message_id, Reached(MessageState.RECEIVED, event.received_at))
    for attachment in event.attachments:
        changes.attach(_attached(event, attachment, is_settled=False))


def _marked(event: MarkerAddedV1, changes: ThreadChanges) -> None:
    changes.written[event.marker_id] = Written(
        at=event.occurred_at,
        staff_id=event.by_staff_id,
        staff_name=event.by_staff_name,
        marker=event.kind,
        details=event.details,
    )
    changes.file(event.marker_id, Filed(event.aggregate_id, FIRST_FILING))


def _attached(
    event: MessageWrittenV1 | MessageReceivedV1 | AttachmentStoredV1,
    attachment: Attachment,
    *,
    is_settled: bool,
) -> AttachmentFact:
    return AttachmentFact(
        id=attachment.id,
        message_id=event.message_id,
        content_type=attachment.content_type,
        size_bytes=attachment.size_bytes,
        file_name=attachment.file_name,
        object_key=attachment.object_key,
        problem=attachment.problem,
        is_settled=is_settled,
    )
