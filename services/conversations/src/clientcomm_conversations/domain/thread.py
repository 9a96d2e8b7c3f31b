"""A conversation under its row lock: what texts, reports and people do to it, and what follows."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from clientcomm_contracts.values import (
    Author,
    ConversationState,
    Direction,
    Lane,
    MarkerKind,
    MessageState,
)
from clientcomm_conversations.domain.entries import Arrival, Draft, Marker, Message, Standing
from clientcomm_conversations.domain.message_states import is_success, may_become
from clientcomm_conversations.domain.permissions import ConversationFacts
from clientcomm_conversations.domain.reply_numbers import LastInbound
from clientcomm_conversations.domain.text_reports import Moved, Report, moved

SHOWN_OF_LAST_TEXT = 200

_CONTACT = frozenset({Author.STAFF, Author.SCHEDULE})
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Assignment:
    """From when a conversation is someone's, or the unassigned inbox's."""

    id: UUID
    conversation_id: UUID
    staff_id: UUID | None
    since: datetime
    by_staff_id: UUID | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """Who closed a conversation, and what it came to (rule 2.11)."""

    at: datetime
    by_staff_id: UUID
    outcome_id: UUID | None


@dataclass(slots=True)
class Thread:
    """A locked conversation with what its row in the list shows.

    The one thing in this room that changes in place: use cases change it, then it is saved with
    everything that was added to it.
    """

    id: UUID
    department_id: UUID
    client_id: UUID | None
    sender: str | None
    assigned_to: UUID | None
    last_assigned_to: UUID | None
    can_return_to_last: bool
    state: ConversationState
    time_zone: str
    language: str | None
    sequence: int
    reply_position: int
    automatic_position: int
    bulk_position: int
    read_up_to: datetime | None
    read_up_to_id: UUID | None
    last_inbound_number: str | None
    last_inbound_was_former: bool
    unread_count: int
    delivery_problem_at: datetime | None
    last_contact_at: datetime | None
    last_text: str
    last_text_direction: Direction | None
    last_text_at: datetime | None
    last_inbound_at: datetime | None
    is_opted_out: bool
    has_stale_contact: bool = False
    closing: Closing | None = None
    written: list[Message] = field(default_factory=list)
    moved: dict[UUID, Moved] = field(default_factory=dict)
    markers: list[Marker] = field(default_factory=list)
    handed_to: list[Assignment] = field(default_factory=list)

    @property
    def facts(self) -> ConversationFacts:
        """What permissions depend on."""
        return ConversationFacts(self.department_id, self.assigned_to, self.state)

    @property
    def last_inbound(self) -> LastInbound | None:
        """From where the client texted last."""
        if self.last_inbound_number is None:
            return None
        return LastInbound(self.last_inbound_number, self.last_inbound_was_former)

    def next_sequence(self) -> int:
        """The number of the next fact told about this conversation."""
        self.sequence += 1
        return self.sequence

    def write(self, draft: Draft, now: datetime) -> Message:
        """An outbound text takes its place in thread and lane."""
        is_handed_over = draft.state is MessageState.QUEUED
        message = Message(
            id=draft.id,
            conversation_id=self.id,
            department_id=self.department_id,
            direction=Direction.OUTBOUND,
            author=draft.author,
            body=draft.body,
            state=draft.state,
            segments=draft.segments,
            number_from=draft.number_from,
            number_to=draft.number_to,
            at=now,
            written_at=now,
            staff_id=draft.staff_id,
            lane=draft.lane,
            position=self._next_position(draft.lane) if is_handed_over else None,
            not_after=draft.not_after,
            error_code=draft.error_code,
            occurrence_id=draft.occurrence_id,
            mass_message_id=draft.mass_message_id,
            resend_of=draft.resend_of,
        )
        self._add(message)
        if message.state.is_failure:
            self.delivery_problem_at = now
        elif message.author in _CONTACT:
            self.last_contact_at = now
        return message

    def receive(self, arrival: Arrival, now: datetime) -> Message:
        """An inbound text: unread, a contact, and the end of a delivery problem (rule 3.2)."""
        message = Message(
            id=arrival.id,
            conversation_id=self.id,
            department_id=self.department_id,
            direction=Direction.INBOUND,
            author=Author.CLIENT,
            body=arrival.body,
            state=MessageState.RECEIVED,
            segments=arrival.segments,
            number_from=arrival.number_from,
            number_to=arrival.number_to,
            at=self.after_what_was_read(arrival.received_at, now),
            written_at=arrival.received_at,
            received_at=arrival.received_at,
            tag=arrival.tag,
            from_former_number=arrival.from_former_number,
            inbound_id=arrival.inbound_id,
        )
        self._add(message)
        self.unread_count += 1
        self.delivery_problem_at = None
        self.last_contact_at = _later(self.last_contact_at, message.at)
        self.last_inbound_at = _later(self.last_inbound_at, message.at)
        self.last_inbound_number = arrival.number_from
        self.last_inbound_was_former = arrival.from_former_number
        return message

    def apply(self, report: Report, message: Standing) -> bool:
        """Move a text to the state reported; False if it is old news (rule 3.2).

        The same state once more brings a remark: no match at the carrier, no receipt.
        """
        is_remark = report.state is message.state and report.error_code is not None
        if report.version <= message.version:
            return False
        if not is_remark and not may_become(message.state, report.state):
            return False
        self.moved[message.id] = moved(message.id, report, self.moved.get(message.id))
        if report.state.is_failure:
            self.delivery_problem_at = _later(self.delivery_problem_at, message.at)
        elif is_success(report.state) and _is_over(self.delivery_problem_at, message.at):
            self.delivery_problem_at = None
        never_left = report.state.is_failure or report.state is MessageState.CANCELED
        if never_left and message.author in _CONTACT and self.last_contact_at == message.at:
            self.has_stale_contact = True
        return True

    def mark(
        self,
        kind: MarkerKind,
        *,
        marker_id: UUID,
        at: datetime,
        by_staff_id: UUID | None,
        details: dict[str, str],
    ) -> Marker:
        """A marker takes its place in the thread."""
        marker = Marker(marker_id, self.id, self.department_id, at, kind, by_staff_id, details)
        self.markers.append(marker)
        return marker

    def give_to(
        self,
        staff_id: UUID | None,
        *,
        assignment_id: UUID,
        at: datetime,
        by_staff_id: UUID | None,
        note: str = "",
    ) -> None:
        """The conversation is open and this case manager's, or the unassigned inbox's."""
        self.last_assigned_to = staff_id or self.assigned_to or self.last_assigned_to
        self.assigned_to = staff_id
        self.state = ConversationState.OPEN if staff_id else ConversationState.UNASSIGNED
        self.handed_to.append(
            Assignment(
                assignment_id, self.id, staff_id, since=at, by_staff_id=by_staff_id, note=note
            )
        )

    def close(self, closing: Closing) -> None:
        """Closed, and still its last case manager's to read (rule 2.11)."""
        self.last_assigned_to = self.assigned_to or self.last_assigned_to
        self.state = ConversationState.CLOSED
        self.closing = closing

    def read_all(self, last: tuple[datetime, UUID] | None) -> None:
        """Nothing is unread, up to the last text that the client sent."""
        if last is not None:
            self.read_up_to, self.read_up_to_id = last
        self.unread_count = 0

    def returns_to(self) -> UUID | None:
        """Whose a closed conversation is when a text opens it again (rule 2.7)."""
        if not self.can_return_to_last:
            return None
        return self.assigned_to or self.last_assigned_to

    def was_saved(self) -> None:
        """All that was added is in the tables now."""
        for added in (self.written, self.moved, self.markers, self.handed_to):
            added.clear()
        self.has_stale_contact = False

    def _add(self, message: Message) -> None:
        self.written.append(message)
        if self.last_text_at is None or message.at >= self.last_text_at:
            self.last_text = message.body[:SHOWN_OF_LAST_TEXT]
            self.last_text_direction = message.direction
            self.last_text_at = message.at

    def _next_position(self, lane: Lane) -> int:
        match lane:
            case Lane.REPLY:
                self.reply_position += 1
                return self.reply_position
            case Lane.AUTOMATIC:
                self.automatic_position += 1
                return self.automatic_position
            case Lane.BULK:
                self.bulk_position += 1
                return self.bulk_position

    def after_what_was_read(self, received_at: datetime, now: datetime) -> datetime:
        """What arrives late stands at the end, and never behind the read position (rule 3.4)."""
        if self.read_up_to is None or received_at > self.read_up_to:
            return received_at
        return max(now, self.read_up_to + _MOMENT)


def _is_over(problem_at: datetime | None, success_at: datetime) -> bool:
    return problem_at is not None and success_at >= problem_at


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None or at > known else known
