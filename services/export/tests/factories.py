"""Small makers of what export's tests need; keywords only for what matters."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4, uuid5

from clientcomm_bus import Item
from clientcomm_contracts.contract import Event
from clientcomm_contracts.conversations.events import (
    Attachment,
    AttachmentStoredV1,
    ConversationsMergedV1,
    MarkerAddedV1,
    MessageReceivedV1,
    MessageRefiledV1,
    MessageStateChangedV1,
    MessageWrittenV1,
    ReadPositionMovedV1,
)
from clientcomm_contracts.export import GetTranscript, TranscriptItem
from clientcomm_contracts.people import Grant
from clientcomm_contracts.values import (
    Action,
    Author,
    Lane,
    MarkerKind,
    MessageState,
    TranscriptFormat,
)

START = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)
DEPARTMENT = UUID(int=1)
OURS = "+12025550100"
THEIRS = "+12025550142"


class Teller:
    """Tells the facts of one conversation, gapless, a minute apart, as its owner does."""

    def __init__(self, conversation_id: UUID | None = None, *, start: datetime = START) -> None:
        self.id = conversation_id or uuid4()
        self.sequence = 0
        self._start = start

    @property
    def _envelope(self) -> dict[str, object]:
        self.sequence += 1
        at = self._start + timedelta(minutes=self.sequence)
        return {
            "aggregate_id": self.id,
            "sequence": self.sequence,
            "occurred_at": at,
            "department_id": DEPARTMENT,
        }

    def written(
        self, body: str = "Hello", *, author: Author = Author.STAFF, message_id: UUID | None = None
    ) -> MessageWrittenV1:
        return MessageWrittenV1(
            **self._envelope,
            message_id=message_id or uuid4(),
            client_id=None,
            lane=Lane.REPLY,
            author=author,
            staff_id=UUID(int=7),
            staff_name="Pat Rivera",
            number_from=OURS,
            number_to=THEIRS,
            body=body,
            segments=1,
        )

    def received(
        self,
        body: str = "Hi",
        *,
        attachments: tuple[Attachment, ...] = (),
        late: timedelta = timedelta(),
    ) -> MessageReceivedV1:
        envelope = self._envelope
        at = envelope["occurred_at"]
        assert isinstance(at, datetime)
        return MessageReceivedV1(
            **envelope,
            message_id=uuid4(),
            client_id=None,
            assigned_to=None,
            number_from=THEIRS,
            number_to=OURS,
            body=body,
            received_at=at - late,
            attachments=attachments,
        )

    def reached(
        self, message_id: UUID, state: MessageState, *, code: str | None = None
    ) -> MessageStateChangedV1:
        return MessageStateChangedV1(
            **self._envelope, message_id=message_id, state=state, error_code=code
        )

    def marked(self, kind: MarkerKind, **details: str) -> MarkerAddedV1:
        return MarkerAddedV1(
            **self._envelope,
            marker_id=uuid4(),
            kind=kind,
            by_staff_name="Pat Rivera",
            details=details,
        )

    def absorbed(self, other: "Teller") -> ConversationsMergedV1:
        return ConversationsMergedV1(
            **self._envelope, absorbed_id=other.id, absorbed_sequence=other.sequence
        )

    def refiled(self, message_id: UUID, source: "Teller") -> MessageRefiledV1:
        return MessageRefiledV1(
            **self._envelope, message_id=message_id, from_conversation_id=source.id
        )

    def stored(self, message_id: UUID, attachment: Attachment) -> AttachmentStoredV1:
        return AttachmentStoredV1(**self._envelope, message_id=message_id, attachment=attachment)

    def read(self) -> ReadPositionMovedV1:
        return ReadPositionMovedV1(
            **self._envelope, read_up_to=None, unread_count=0, by_staff_id=None
        )


def an_item(event: Event) -> Item:
    """The event as it lies in the queue, with its one id."""
    event_id = uuid5(event.aggregate_id, f"{event.name}:{event.sequence}")
    return Item(event_id, event.name, event.write())


def a_grant(
    *conversation_ids: UUID,
    actions: tuple[Action, ...] = tuple(Action),
    visible_from: datetime | None = None,
) -> Grant:
    return Grant(
        staff_id=UUID(int=7),
        staff_name="Pat Rivera",
        actions=frozenset(actions),
        conversation_ids=frozenset(conversation_ids),
        visible_from=visible_from,
    )


def a_request(
    conversation_id: UUID,
    sequence: int,
    *,
    grant: Grant | None = None,
    absorbed: tuple[UUID, ...] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    as_text: bool = False,
    cursor: str | None = None,
    limit: int = 1000,
    time_zone: str = "America/Los_Angeles",
) -> GetTranscript:
    return GetTranscript(
        grant=grant or a_grant(conversation_id),
        conversation_id=conversation_id,
        title="Sam Lee",
        time_zone=time_zone,
        sequence=sequence,
        absorbed=absorbed,
        since=since,
        until=until,
        format=TranscriptFormat.TEXT if as_text else TranscriptFormat.ITEMS,
        cursor=cursor,
        limit=limit,
    )


def bodies(items: tuple[TranscriptItem, ...]) -> list[str]:
    """What an export says, an item a word: its text, or which marker."""
    return [item.body or str(item.marker) for item in items]
