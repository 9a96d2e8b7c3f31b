"""A small made-up organisation, kept in memory, as the owners behind the bus would tell it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from clientcomm_contracts.conversations.clients import ClientHistory
from clientcomm_contracts.conversations.coverage import CoverageView
from clientcomm_contracts.conversations.events import DatedNumber, HeldRole
from clientcomm_contracts.conversations.labels import LabelsReply, OfferedLabel
from clientcomm_contracts.conversations.quarantine import QuarantinedKind, QuarantinedText
from clientcomm_contracts.conversations.views import (
    ClientView,
    ConversationRow,
    DepartmentView,
    IntroductionView,
    MarkerView,
    MassMessageView,
    MessageView,
    StaffName,
    StaffView,
    ThreadItem,
)
from clientcomm_contracts.scheduler import ScheduledMessageView
from clientcomm_contracts.values import (
    Author,
    ConversationState,
    Direction,
    Lane,
    MarkerKind,
    MessageState,
    Role,
)

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
ZONE = "America/New_York"
PASSWORD = "plumber walks north 7"


@dataclass
class Talk:
    """One conversation."""

    row: ConversationRow
    items: list[ThreadItem] = field(default_factory=list)
    sequence: int = 1


@dataclass
class World:
    """Everything that owners know."""

    department: DepartmentView
    other_department: DepartmentView
    staff: dict[UUID, StaffView] = field(default_factory=dict)
    talks: dict[UUID, Talk] = field(default_factory=dict)
    clients: dict[UUID, ClientView] = field(default_factory=dict)
    scheduled: dict[UUID, ScheduledMessageView] = field(default_factory=dict)
    transcripts_complete_up_to: datetime | None = None
    mass: dict[UUID, MassMessageView] = field(default_factory=dict)
    coverage: dict[UUID, CoverageView] = field(default_factory=dict)
    attachments: dict[UUID, tuple[UUID, str, str]] = field(default_factory=dict)
    quiet_until: datetime | None = None
    histories: dict[UUID, ClientHistory] = field(default_factory=dict)
    landlines: set[str] = field(default_factory=set)
    quarantine: dict[UUID, QuarantinedText] = field(default_factory=dict)
    introductions: dict[UUID, IntroductionView] = field(default_factory=dict)
    labels: LabelsReply = field(
        default_factory=lambda: LabelsReply(statuses=(), categories=(), outcomes=())
    )

    def add_staff(self, name: str, *roles: Role, department: UUID | None = None) -> StaffView:
        place = department or self.department.id
        person = StaffView(
            id=uuid4(),
            full_name=name,
            email=f"{name.lower().replace(' ', '.')}@example.org",
            is_active=True,
            roles=tuple(HeldRole(role=role, department_id=place) for role in roles),
        )
        self.staff[person.id] = person
        return person

    def add_client(self, first: str, last: str, phone: str, assigned_to: StaffView) -> Talk:
        client_id, talk_id = uuid4(), uuid4()
        number = DatedNumber(id=uuid4(), value=phone, since=NOW, is_primary=True)
        self.clients[client_id] = ClientView(
            id=client_id,
            first_name=first,
            last_name=last,
            language="en",
            time_zone=ZONE,
            id_number="A-17",
            numbers=(number,),
            conversation_id=talk_id,
            department_id=self.department.id,
        )
        row = a_row(talk_id, self.department.id).model_copy(
            update={
                "client_id": client_id,
                "first_name": first,
                "last_name": last,
                "primary_number": phone,
                "assigned_to": StaffName(id=assigned_to.id, full_name=assigned_to.full_name),
            }
        )
        self.talks[talk_id] = Talk(row)
        return self.talks[talk_id]

    def add_stranger(self, phone: str) -> Talk:
        talk_id = uuid4()
        row = a_row(talk_id, self.department.id).model_copy(
            update={
                "sender": phone,
                "primary_number": phone,
                "state": ConversationState.UNASSIGNED,
            }
        )
        self.talks[talk_id] = Talk(row)
        return self.talks[talk_id]

    def offer(self, name: str, **more: object) -> OfferedLabel:
        """A label of the department, for any of its lists."""
        given = {"id": uuid4(), "department_id": self.department.id, "label": name, **more}
        return OfferedLabel.model_validate(given)

    def quarantine_text(self, phone: str) -> QuarantinedText:
        """A text to a number that nobody has."""
        text = QuarantinedText(
            id=uuid4(),
            number_from=phone,
            number_to="+12025550190",
            kind=QuarantinedKind.TEXT,
            received_at=NOW,
            body="Whose number is this?",
        )
        self.quarantine[text.id] = text
        return text

    def hear(self, talk: Talk, body: str, *, at: datetime = NOW) -> MessageView:
        """An inbound text."""
        message = a_message(talk, body, direction=Direction.INBOUND, at=at)
        self._append(talk, message, unread=talk.row.unread_count + 1)
        return message

    def write(self, talk: Talk, body: str, staff: StaffView, **changes: object) -> MessageView:
        """An outbound text."""
        message = a_message(talk, body, direction=Direction.OUTBOUND, at=NOW).model_copy(
            update={
                "staff": StaffName(id=staff.id, full_name=staff.full_name),
                "author": Author.STAFF,
                **changes,
            }
        )
        self._append(talk, message, unread=talk.row.unread_count)
        return message

    def mark(self, talk: Talk, kind: MarkerKind, **details: str) -> MarkerView:
        marker = MarkerView(
            id=uuid4(),
            conversation_id=talk.row.id,
            marker=kind,
            at=NOW,
            by_staff=talk.row.assigned_to,
            details=details,
        )
        talk.items.append(marker)
        return marker

    def change(self, talk: Talk, **changes: object) -> None:
        talk.sequence += 1
        talk.row = talk.row.model_copy(update={"sequence": talk.sequence, **changes})

    def _append(self, talk: Talk, message: MessageView, *, unread: int) -> None:
        talk.items.append(message)
        self.change(
            talk,
            unread_count=unread,
            last_text=message.body,
            last_text_direction=message.direction,
            last_text_at=message.at,
            last_contact_at=message.at,
        )


def a_coverage(away: StaffView, cover: StaffView, *, days: int = 1) -> CoverageView:
    return CoverageView(
        id=uuid4(),
        staff=StaffName(id=away.id, full_name=away.full_name),
        covered_by=StaffName(id=cover.id, full_name=cover.full_name),
        since=NOW,
        until=NOW + timedelta(days=days),
        away_reply="I am away.",
        is_now=True,
        may_end=True,
        clients=2,
    )


def a_world() -> World:
    """Two departments; people are added by each test."""
    return World(
        DepartmentView(
            id=uuid4(), department_name="Pretrial", number="+12025550100", time_zone=ZONE
        ),
        DepartmentView(
            id=uuid4(), department_name="Probation", number="+12025550101", time_zone=ZONE
        ),
    )


def a_row(talk_id: UUID, department_id: UUID) -> ConversationRow:
    return ConversationRow(
        id=talk_id,
        department_id=department_id,
        client_id=None,
        first_name="",
        last_name="",
        sender=None,
        assigned_to=None,
        state=ConversationState.OPEN,
        unread_count=0,
        has_delivery_problem=False,
        last_contact_at=None,
        last_text="",
        last_text_direction=None,
        last_text_at=None,
        next_appointment_at=None,
        scheduled_count=0,
        sequence=1,
        language="en",
    )


def a_message(talk: Talk, body: str, *, direction: Direction, at: datetime) -> MessageView:
    is_inbound = direction is Direction.INBOUND
    return MessageView(
        id=uuid4(),
        conversation_id=talk.row.id,
        direction=direction,
        author=Author.CLIENT if is_inbound else Author.STAFF,
        staff=None,
        lane=None if is_inbound else Lane.REPLY,
        body=body,
        state=MessageState.RECEIVED if is_inbound else MessageState.QUEUED,
        segments=1,
        attachments=(),
        problem=None,
        number_from=str(talk.row.primary_number) if is_inbound else "+12025550100",
        number_to="+12025550100" if is_inbound else str(talk.row.primary_number),
        at=at,
        written_at=at,
        sent_at=None,
        delivered_at=None,
    )
