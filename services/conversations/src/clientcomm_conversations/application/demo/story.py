"""One made-up conversation as it came to be: each step moves the thread and is told as a fact."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from clientcomm_contracts.contract import Event
from clientcomm_contracts.values import (
    Author,
    ConversationState,
    Lane,
    MarkerKind,
    MessageState,
    TextTag,
)
from clientcomm_conversations.application import facts
from clientcomm_conversations.domain.entries import Arrival, Draft, Marker, Message, Standing
from clientcomm_conversations.domain.segments import count_segments
from clientcomm_conversations.domain.text_reports import Report
from clientcomm_conversations.domain.thread import Assignment, Thread

Fate = tuple[tuple[MessageState, str | None, float], ...]
"""What becomes of an outbound text: state, carrier's code, seconds after it was written."""

DELIVERED: Fate = ((MessageState.SENT, None, 1.4), (MessageState.DELIVERED, None, 5.2))
LANDLINE: Fate = ((MessageState.SENT, None, 1.1), (MessageState.UNDELIVERED, "30006", 8.0))
UNREACHABLE: Fate = ((MessageState.SENT, None, 1.6), (MessageState.UNDELIVERED, "30003", 34.0))
INVALID: Fate = ((MessageState.FAILED, "21614", 1.2),)
BLOCKED: Fate = ((MessageState.BLOCKED, "21610", 0.9),)

NewId = Callable[[datetime], UUID]


def new_thread(
    *,
    thread_id: UUID,
    department_id: UUID,
    time_zone: str,
    client_id: UUID | None,
    sender: str | None,
    language: str | None,
) -> Thread:
    """A conversation in which nothing has happened."""
    return Thread(
        id=thread_id,
        department_id=department_id,
        client_id=client_id,
        sender=sender,
        assigned_to=None,
        last_assigned_to=None,
        can_return_to_last=True,
        state=ConversationState.UNASSIGNED,
        time_zone=time_zone,
        language=language,
        sequence=0,
        reply_position=0,
        automatic_position=0,
        bulk_position=0,
        read_up_to=None,
        read_up_to_id=None,
        last_inbound_number=None,
        last_inbound_was_former=False,
        unread_count=0,
        delivery_problem_at=None,
        last_contact_at=None,
        last_text="",
        last_text_direction=None,
        last_text_at=None,
        last_inbound_at=None,
        is_opted_out=False,
    )


@dataclass(slots=True)
class Story:
    """A thread under narration; `number` is the client's, `line` the department's."""

    thread: Thread
    line: str
    number: str
    names: Mapping[UUID, str]
    new_id: NewId
    told: list[Event] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    reports: dict[UUID, list[Report]] = field(default_factory=dict)
    last_inbound: Message | None = None
    closed_at: datetime | None = None
    is_unread: bool = False

    @property
    def texts(self) -> list[Message]:
        """All texts in the order of writing, as they were when written."""
        return self.thread.written

    @property
    def last_contact_at(self) -> datetime | None:
        """Rule 2.13: the latest text received, or sent by a person or schedule and not failed."""
        contacts = (message.at for message in self.texts if self._is_contact(message))
        return max(contacts, default=None)

    @property
    def markers(self) -> list[Marker]:
        """All markers."""
        return self.thread.markers

    def begin(self, at: datetime, staff_id: UUID | None, by: UUID | None) -> None:
        """It opens, in somebody's hands or in the unassigned inbox."""
        self._hand_to(at, staff_id, by)
        self.told.append(facts.conversation_changed(self.thread, now=at, by_staff_id=by))

    def write(
        self,
        at: datetime,
        body: str,
        *,
        author: Author = Author.STAFF,
        fate: Fate = DELIVERED,
        mass_message_id: UUID | None = None,
    ) -> None:
        """We text the client; a person's text shows that they had read what came before."""
        staff_id = None if author is Author.AUTOMATIC else self.thread.assigned_to
        message = self.thread.write(
            Draft(
                id=self.new_id(at),
                author=author,
                lane=_LANES[author],
                body=body,
                segments=count_segments(body),
                number_from=self.line,
                number_to=self.number,
                staff_id=staff_id,
                mass_message_id=mass_message_id,
            ),
            at,
        )
        name = self.names.get(staff_id) if staff_id else None
        self.told.append(facts.message_written(self.thread, message, staff_name=name))
        self._report(message, fate)
        if author is Author.STAFF:
            self.read()

    def hear(self, at: datetime, body: str, tag: TextTag | None = None) -> None:
        """The client texts us."""
        message = self.thread.receive(
            Arrival(
                id=self.new_id(at),
                inbound_id=self.new_id(at),
                body=body,
                segments=count_segments(body),
                number_from=self.number,
                number_to=self.line,
                received_at=at,
                tag=tag,
            ),
            at,
        )
        self.last_inbound = message
        self.told.append(facts.message_received(self.thread, message, now=at))

    def hear_unread(self, at: datetime, body: str) -> None:
        """The client texts us, and nobody has looked yet."""
        self.read()
        self.is_unread = True
        self.hear(at, body)

    def read_up_to_unread(self) -> None:
        """In the end everything was read but what was left unread on purpose."""
        if not self.is_unread:
            self.read()

    def read(self) -> None:
        """All that came counts as read."""
        if self.last_inbound is not None:
            self.thread.read_up_to = self.last_inbound.at
            self.thread.read_up_to_id = self.last_inbound.id
        self.thread.unread_count = 0

    def mark(self, at: datetime, kind: MarkerKind, by: UUID | None = None, **details: str) -> None:
        """A marker stands in the thread."""
        marker = self.thread.mark(
            kind, marker_id=self.new_id(at), at=at, by_staff_id=by, details=details
        )
        name = self.names.get(by) if by else None
        self.told.append(facts.marker_added(self.thread, marker, by_staff_name=name))

    def change_number(self, at: datetime, number: str, *, by: UUID) -> None:
        """The client's texts go to another number from now on."""
        self.mark(at, MarkerKind.NUMBER_CHANGED, by, old_number=self.number, new_number=number)
        self.number = number

    def transfer(self, at: datetime, staff_id: UUID) -> None:
        """Handed on by its case manager."""
        by = before = self.thread.assigned_to
        self._hand_to(at, staff_id, by)
        self.mark(
            at,
            MarkerKind.TRANSFERRED,
            by,
            from_staff=self.names.get(before, "") if before else "",
            to_staff=self.names[staff_id],
        )
        self.told.append(facts.conversation_changed(self.thread, now=at, by_staff_id=by))

    def opt_out(self, at: datetime) -> None:
        """The phone wants no more texts."""
        self.hear(at, "STOP", TextTag.STOP)
        self.thread.is_opted_out = True
        self.mark(at, MarkerKind.OPTED_OUT, number=self.number)
        self.told.append(
            facts.opt_out_changed(
                self.thread, number=self.number, is_opted_out=True, how="stop", at=at
            )
        )

    def close(self, at: datetime, outcome: str) -> None:
        """It is closed by its case manager, whose it stays to read."""
        by = self.thread.assigned_to
        self.read()
        self.thread.state = ConversationState.CLOSED
        self.closed_at = at
        self.mark(at, MarkerKind.CLOSED, by, outcome=outcome)
        self.told.append(facts.conversation_changed(self.thread, now=at, by_staff_id=by))

    def _is_contact(self, message: Message) -> bool:
        if message.author is Author.CLIENT:
            return True
        reports = self.reports.get(message.id)
        has_failed = reports is not None and reports[-1].state.is_failure
        return message.author in {Author.STAFF, Author.SCHEDULE} and not has_failed

    def _hand_to(self, at: datetime, staff_id: UUID | None, by: UUID | None) -> None:
        self.thread.give_to(staff_id, assignment_id=self.new_id(at), at=at, by_staff_id=by)
        self.assignments.extend(self.thread.handed_to)
        self.thread.handed_to.clear()

    def _report(self, message: Message, fate: Fate) -> None:
        standing = Standing(
            id=message.id,
            conversation_id=message.conversation_id,
            author=message.author,
            state=message.state,
            version=0,
            at=message.at,
            mass_message_id=message.mass_message_id,
        )
        for version, (state, code, seconds) in enumerate(fate, start=1):
            report = Report(version, state, message.at + timedelta(seconds=seconds), code)
            if self.thread.apply(report, standing):
                self.reports.setdefault(message.id, []).append(report)
                self.told.append(facts.state_changed(self.thread, message, report))


_LANES = {
    Author.STAFF: Lane.REPLY,
    Author.SCHEDULE: Lane.AUTOMATIC,
    Author.AUTOMATIC: Lane.AUTOMATIC,
    Author.MASS: Lane.BULK,
}
