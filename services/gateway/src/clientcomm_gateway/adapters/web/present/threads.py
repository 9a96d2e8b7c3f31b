"""A thread as a page shows it."""

from datetime import timedelta
from uuid import UUID

from clientcomm_contracts.conversations.events import Attachment
from clientcomm_contracts.conversations.reading import ThreadReply
from clientcomm_contracts.conversations.views import (
    ConversationView,
    MarkerView,
    MessageView,
    ThreadItem,
)
from clientcomm_contracts.values import Author, Direction, MarkerKind, MessageState, TextTag
from clientcomm_gateway.adapters.web.present.conversations import quiet_notice
from clientcomm_gateway.adapters.web.speech import Speech, phone_words
from clientcomm_gateway.adapters.web.views import (
    AttachmentItem,
    Choice,
    MarkerItem,
    MessageItem,
    Moment,
    ThreadEntry,
    ThreadView,
)

_LATE = timedelta(minutes=2)
_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_MAY_RESEND = frozenset(
    {
        MessageState.FAILED,
        MessageState.UNDELIVERED,
        MessageState.BLOCKED,
        MessageState.MISSED,
        MessageState.CANCELED,
    }
)
_KILO, _MEGA = 1024, 1024 * 1024


def entry_of(item: ThreadItem, speech: Speech, view: ConversationView) -> ThreadEntry:
    """A text or a marker."""
    zone = view.department.time_zone
    if isinstance(item, MarkerView):
        return _marker(item, speech, zone)
    return _message(item, speech, view)


def thread_view(
    conversation_id: UUID, reply: ThreadReply, speech: Speech, view: ConversationView, query: str
) -> ThreadView:
    """A page of a thread."""
    entries = tuple(entry_of(item, speech, view) for item in reply.items)
    messages = [item for item in reply.items if isinstance(item, MessageView)]
    here = f"/conversations/{conversation_id}"
    before = "&".join(part for part in (query, f"before={reply.before}") if part)
    return ThreadView(
        conversation_id=str(conversation_id),
        entries=entries,
        before_href=f"{here}?{before}" if reply.before else None,
        is_newest=True,
        newest_href=f"{here}?{query}" if query else here,
        newest_message_id=str(messages[-1].id) if messages else None,
        sequence=reply.sequence,
    )


def hidden_thread(view: ConversationView) -> ThreadView:
    """What stands in place of a thread for who may not read it."""
    return ThreadView(
        conversation_id=str(view.row.id),
        entries=(),
        before_href=None,
        is_newest=True,
        newest_href=f"/conversations/{view.row.id}",
        newest_message_id=None,
        sequence=view.row.sequence,
        is_hidden=True,
    )


def _message(item: MessageView, speech: Speech, view: ConversationView) -> MessageItem:
    zone = view.department.time_zone
    is_inbound = item.direction is Direction.INBOUND
    may_resend = _may_resend(item, view)
    read_up_to = view.read_up_to
    return MessageItem(
        kind="message",
        id=str(item.id),
        conversation_id=str(view.row.id),
        direction=item.direction,
        author=item.author,
        who=item.staff.full_name if item.staff else "",
        body=item.body,
        state=item.state,
        at=speech.moment(item.at, zone),
        day=speech.day_in(item.at, zone),
        written_at=_written_if_late(item, speech, zone),
        problem=speech.say(item.problem.sentence) if item.problem else None,
        problem_code=item.problem.code if item.problem else None,
        may_resend=may_resend,
        quiet=quiet_notice(view, speech) if may_resend else None,
        resend_href=f"/conversations/{view.row.id}/messages/{item.id}/resend",
        resend_repeat_key=resend_key(item.id),
        is_resend=item.resend_of is not None,
        was_resent=item.resent_as is not None,
        has_no_receipt=item.has_no_receipt,
        from_former_number=item.from_former_number,
        shared_with=item.shared_with,
        refile_to=_refile_to(item, view),
        refile_href=f"/conversations/{view.row.id}/messages/{item.id}/refile",
        number=phone_words(item.number_from if is_inbound else item.number_to),
        attachments=tuple(_attachment(one, speech) for one in item.attachments),
        is_suspected_refusal=item.tag is TextTag.SUSPECTED_REFUSAL,
        is_unread=is_inbound and (read_up_to is None or item.at > read_up_to),
        is_mass_message=item.author is Author.MASS,
        is_scheduled=item.author is Author.SCHEDULE,
    )


def resend_key(message_id: UUID) -> str:
    """The same for every showing of a failed text, so that two clicks send it again once."""
    return f"resend-{message_id}"


def _refile_to(item: MessageView, view: ConversationView) -> tuple[Choice, ...]:
    """Other clients of a shared phone, one click each (rule 2.6)."""
    if not view.may_refile:
        return ()
    return tuple(Choice(str(client.id), client.full_name) for client in item.refile_to)


def _may_resend(item: MessageView, view: ConversationView) -> bool:
    return (
        item.direction is Direction.OUTBOUND
        and item.state in _MAY_RESEND
        and item.resent_as is None
        and view.may_send
    )


def _written_if_late(item: MessageView, speech: Speech, zone: str) -> Moment | None:
    if abs(item.at - item.written_at) < _LATE:
        return None
    return speech.moment(item.written_at, zone)


def _attachment(item: Attachment, speech: Speech) -> AttachmentItem:
    is_there = item.object_key is not None and item.problem is None
    return AttachmentItem(
        id=str(item.id),
        href=f"/attachments/{item.id}" if is_there else None,
        file_name=item.file_name or _name_for(item),
        content_type=item.content_type,
        size=_size(item.size_bytes),
        is_picture=item.content_type in _PICTURES,
        problem=speech.say(item.problem) if item.problem else None,
    )


def _name_for(item: Attachment) -> str:
    return item.content_type.replace("/", ".") if "/" in item.content_type else item.content_type


def _size(size: int | None) -> str:
    if size is None:
        return ""
    return f"{size / _MEGA:.1f} MB" if size >= _MEGA else f"{max(1, size // _KILO)} kB"


def _marker(item: MarkerView, speech: Speech, zone: str) -> MarkerItem:
    return marker_item(
        item.id,
        item.conversation_id,
        item.marker,
        speech.moment(item.at, zone),
        day=speech.day_in(item.at, zone),
        who=item.by_staff.full_name if item.by_staff else "",
        details=item.details,
    )


def marker_item(  # noqa: PLR0913 - what a marker says
    marker_id: UUID,
    conversation_id: UUID,
    kind: MarkerKind,
    at: Moment,
    *,
    day: str,
    who: str,
    details: dict[str, str],
) -> MarkerItem:
    """A marker; numbers in its details are shown as people write them."""
    shown = {name: phone_words(value) for name, value in details.items()}
    return MarkerItem("marker", str(marker_id), str(conversation_id), kind, at, day, who, shown)
