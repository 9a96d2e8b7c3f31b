"""Turns what owners answer into what the API gives."""

from clientcomm_contracts.conversations.directory import MeReply
from clientcomm_contracts.conversations.events import Attachment, HeldRole
from clientcomm_contracts.conversations.mass_messages import MassMessageReply
from clientcomm_contracts.conversations.views import (
    ClientView,
    ConversationRow,
    ConversationView,
    DepartmentView,
    LabelView,
    MessageView,
    StaffName,
    StaffView,
)
from clientcomm_contracts.scheduler import ScheduledMessageReply, ScheduledMessageView
from clientcomm_gateway.adapters.api import models


def staff_ref(name: StaffName | None) -> models.StaffRef | None:
    """Whom, if anyone."""
    return models.StaffRef(id=name.id, full_name=name.full_name) if name else None


def roles(held: tuple[HeldRole, ...]) -> list[models.RoleHeld]:
    """Roles."""
    return [models.RoleHeld(role=one.role, department_id=one.department_id) for one in held]


def staff(view: StaffView) -> models.Staff:
    """A colleague."""
    return models.Staff(
        id=view.id,
        full_name=view.full_name,
        email=view.email,
        desk_phone=view.desk_phone,
        is_active=view.is_active,
        roles=roles(view.roles),
    )


def department(view: DepartmentView) -> models.Department:
    """A department."""
    return models.Department(
        id=view.id, name=view.department_name, number=view.number, time_zone=view.time_zone
    )


def me(reply: MeReply) -> models.Me:
    """Whose token this is."""
    return models.Me(
        id=reply.staff.id,
        full_name=reply.staff.full_name,
        email=reply.staff.email,
        roles=roles(reply.staff.roles),
        departments=[department(one) for one in reply.departments],
        unread_conversations=reply.unread_conversations,
    )


def conversation(row: ConversationRow) -> models.Conversation:
    """A row of the client list."""
    return models.Conversation(
        id=row.id,
        client=_client_ref(row),
        sender=row.sender,
        department_id=row.department_id,
        assigned_to=staff_ref(row.assigned_to),
        state=row.state,
        unread=row.unread_count > 0,
        unread_count=row.unread_count,
        delivery_problem=row.has_delivery_problem,
        opted_out=row.is_opted_out,
        last_contact_at=row.last_contact_at,
        last_text_at=row.last_text_at,
        next_appointment_at=row.next_appointment_at,
        scheduled_count=row.scheduled_count,
        sequence=row.sequence,
        status=label_ref(row.status),
        category=label_ref(row.category),
    )


def listed_client(row: ConversationRow) -> models.ListedClient | None:
    """The client of a row of the list; None for an unknown sender."""
    known = _client_ref(row)
    if known is None:
        return None
    return models.ListedClient(
        **dict(known),
        conversation_id=row.id,
        department_id=row.department_id,
        assigned_to=staff_ref(row.assigned_to),
    )


def label_ref(label: LabelView | None) -> models.LabelRef | None:
    """A status or category, if one is set."""
    if label is None:
        return None
    return models.LabelRef(id=label.id, name=label.label, colour=label.colour)


def conversation_detail(view: ConversationView) -> models.ConversationDetail:
    """A conversation."""
    row = conversation(view.row)
    return models.ConversationDetail(
        **dict(row),
        numbers=[
            models.ReplyTo(
                id=one.id,
                number=one.value,
                label=one.label,
                opted_out=one.is_opted_out,
                preselected=one.is_preselected,
            )
            for one in view.numbers
        ],
        may_send=view.may_send,
        may_assign=view.may_assign,
        may_transfer=view.may_transfer,
        may_close=view.may_close,
        may_reopen=view.may_reopen,
        read_up_to=view.read_up_to,
        merged_from=list(view.merged_from),
        cannot_send_because=view.cannot_send_because,
    )


def message(view: MessageView) -> models.Message:
    """A text."""
    problem = view.problem
    return models.Message(
        id=view.id,
        conversation_id=view.conversation_id,
        direction=view.direction,
        body=view.body,
        state=view.state,
        author=view.author,
        staff=staff_ref(view.staff),
        segments=view.segments,
        attachments=[attachment(one) for one in view.attachments],
        error=models.MessageError(code=problem.code, message=problem.sentence) if problem else None,
        number_from=view.number_from,
        number_to=view.number_to,
        created_at=view.written_at,
        sent_at=view.sent_at,
        delivered_at=view.delivered_at,
        resend_of=view.resend_of,
        mass_message_id=view.mass_message_id,
    )


def attachment(one: Attachment) -> models.AttachmentRef:
    """A picture or file."""
    is_there = one.object_key is not None and one.problem is None
    return models.AttachmentRef(
        id=one.id,
        content_type=one.content_type,
        size_bytes=one.size_bytes,
        file_name=one.file_name,
        href=f"/api/v1/attachments/{one.id}" if is_there else None,
        problem=one.problem,
    )


def client(view: ClientView) -> models.Client:
    """A client."""
    return models.Client(
        id=view.id,
        conversation_id=view.conversation_id,
        department_id=view.department_id,
        first_name=view.first_name,
        last_name=view.last_name,
        language=view.language,
        time_zone=view.time_zone,
        own_time_zone=view.has_own_zone,
        id_number=view.id_number,
        notes=view.notes,
        consent_how=view.consent_how,
        numbers=[
            models.ClientNumber(
                id=one.id,
                number=one.value,
                label=one.label,
                since=one.since,
                until=one.until,
                primary=one.is_primary,
                wrong=one.is_wrong,
                landline=one.id in view.landlines,
            )
            for one in view.numbers
        ],
        elsewhere=[
            models.Elsewhere(
                department=one.department_name,
                assigned_to=staff_ref(one.assigned_to),
                closed=one.is_closed,
            )
            for one in view.elsewhere
        ],
    )


def scheduled(reply: ScheduledMessageReply) -> models.ScheduledMessage:
    """A scheduled message, with the warning that it falls into quiet hours."""
    shown = scheduled_item(reply.scheduled_message)
    return shown.model_copy(update={"in_quiet_hours": reply.is_in_quiet_hours})


def scheduled_item(view: ScheduledMessageView) -> models.ScheduledMessage:
    """A scheduled message."""
    return models.ScheduledMessage(
        id=view.id,
        conversation_id=view.conversation_id,
        body=view.body,
        local_time=view.local_time,
        time_zone=view.time_zone,
        due_at=view.due_at,
        shifted=view.is_shifted,
        state=view.state,
        refusal_code=view.refusal_code,
        staff=models.StaffRef(id=view.by_staff_id, full_name=view.by_staff_name),
        created_at=view.created_at,
    )


def mass_message(reply: MassMessageReply) -> models.MassMessage:
    """A mass message, or what one would be."""
    view = reply.mass_message
    return models.MassMessage(
        id=view.id,
        department_id=view.department_id,
        body=view.body,
        created_at=view.created_at,
        staff=models.StaffRef(id=view.by_staff.id, full_name=view.by_staff.full_name),
        recipients=view.recipients,
        segments=view.segments,
        skipped=[
            models.Skipped(conversation_id=one.conversation_id, code=one.code)
            for one in view.skipped
        ],
        states=view.states,
        stopped=view.is_stopped,
        ends_at=view.ends_at,
        preview=reply.is_preview,
    )


def _client_ref(row: ConversationRow) -> models.ClientRef | None:
    if row.client_id is None:
        return None
    return models.ClientRef(
        id=row.client_id,
        first_name=row.first_name,
        last_name=row.last_name,
        language=row.language,
        id_number=row.id_number,
    )
