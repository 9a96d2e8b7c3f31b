"""Shows one conversation, with what the asker may do in it."""

from dataclasses import replace
from uuid import UUID

from clientcomm_contracts.conversations.reading import ConversationReply, GetConversation
from clientcomm_contracts.conversations.views import ConversationView, IntroductionView, ReplyNumber
from clientcomm_contracts.faults import not_found
from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.application.authorize import not_allowed, require, rights_of
from clientcomm_conversations.application.granting import grant_of
from clientcomm_conversations.application.list_conversations import without_text
from clientcomm_conversations.application.reading import Access, ConversationRecord, Reader
from clientcomm_conversations.domain.permissions import ConversationFacts, Right, StaffRights, may
from clientcomm_conversations.domain.reply_numbers import Choice, cannot_send_because, choices
from clientcomm_conversations.domain.thread import Thread


async def get_conversation(reader: Reader, request: GetConversation) -> ConversationReply:
    """One conversation that the asker may see; follows redirects of merges."""
    rights = await rights_of(reader, request.asker)
    record = await _record(reader, rights, request.conversation_id)
    view = _view(record, rights, asked_for=request.conversation_id)
    grant = await grant_of(reader, rights, record.access, request.grant_for)
    return ConversationReply(conversation=view, grant=grant)


async def conversation_view(
    reader: Reader, rights: StaffRights, conversation_id: UUID
) -> ConversationView:
    """The view for someone with these rights. Refused as not_found if they may not see it."""
    record = await _record(reader, rights, conversation_id)
    return _view(record, rights, asked_for=conversation_id)


async def view_after_handing_on(
    reader: Reader, thread: Thread, rights: StaffRights, receiver: StaffRights
) -> ConversationView:
    """The asker's view; for who has lost it by this, the receiver's, without texts and notes."""
    if may(rights, Right.SEE, thread.facts):
        return await conversation_view(reader, rights, thread.id)
    record = _without_text(await _record(reader, receiver, thread.id))
    return _view(record, rights, asked_for=thread.id)


def without_texts(view: ConversationView) -> ConversationView:
    """The view for someone who may not read message text (rule 1.1)."""
    client = view.client and view.client.model_copy(update={"notes": ""})
    return view.model_copy(update={"row": without_text(view.row), "client": client})


async def readable(
    reader: Reader, rights: StaffRights, conversation_id: UUID, *, what: str = "conversation"
) -> Access:
    """The conversation's access facts. Refused as not_found if its texts may not be read."""
    access = await reader.access(conversation_id)
    if access is None:
        raise not_found(what)
    require(rights, Right.READ, access.facts, what=what)
    return access


async def _record(reader: Reader, rights: StaffRights, conversation_id: UUID) -> ConversationRecord:
    record = await reader.conversation(conversation_id)
    if record is None:
        raise not_found("conversation")
    require(rights, Right.SEE, record.access.facts)
    return record if may(rights, Right.READ, record.access.facts) else _without_text(record)


def _without_text(record: ConversationRecord) -> ConversationRecord:
    client = record.client and record.client.model_copy(update={"notes": ""})
    return replace(record, row=without_text(record.row), client=client)


def _view(record: ConversationRecord, rights: StaffRights, *, asked_for: UUID) -> ConversationView:
    access = record.access
    offered = choices(
        record.numbers, record.last_inbound, opted_out=record.opted_out, shared=access.shared
    )
    is_permitted = may(rights, Right.SEND, access.facts)
    is_stranger = record.client is None
    is_waiting = access.facts.state is ConversationState.UNASSIGNED
    is_over = record.is_department_closed
    obstacle = cannot_send_because(
        access.facts.state, offered, record.department.number, is_department_closed=is_over
    )
    return ConversationView(
        row=record.row,
        client=record.client,
        department=record.department,
        numbers=tuple(_reply_number(choice) for choice in offered),
        may_send=is_permitted and obstacle is None,
        may_assign=may(rights, Right.ASSIGN, access.facts),
        moves_read_position=may(rights, Right.MARK_READ, access.facts),
        may_attach=is_stranger and is_waiting and may(rights, Right.ATTACH, access.facts),
        may_block=is_stranger and not is_over and may(rights, Right.BLOCK, access.facts),
        may_refile=may(rights, Right.REFILE, access.facts),
        read_up_to=record.read_up_to,
        merged_from=access.absorbed,
        redirected_from=asked_for if asked_for != access.conversation_id else None,
        cannot_send_because=obstacle if is_permitted else not_allowed().sentence,
        **_changes_allowed(rights, access.facts, is_over=is_over),
        introduction=_introduction(record, rights),
        quiet_until=record.quiet_until if is_permitted else None,
    )


def _changes_allowed(
    rights: StaffRights, facts: ConversationFacts, *, is_over: bool
) -> dict[str, bool]:
    """What may be done to the conversation itself; an unassigned one is assigned instead.

    `is_over`: its department is closed, and so it stays.
    """
    is_live = facts.state in {ConversationState.OPEN, ConversationState.UNASSIGNED}
    may_close = may(rights, Right.CLOSE, facts)
    return {
        "may_transfer": facts.state is ConversationState.OPEN
        and may(rights, Right.TRANSFER, facts),
        "may_close": is_live and may_close,
        "may_reopen": facts.state is ConversationState.CLOSED and may_close and not is_over,
        "may_label": may(rights, Right.EDIT, facts),
    }


def _introduction(record: ConversationRecord, rights: StaffRights) -> IntroductionView | None:
    """For the receiver alone."""
    introduction = record.introduction
    if introduction is None or introduction.to_staff_id != rights.staff_id:
        return None
    return introduction.shown


def _reply_number(choice: Choice) -> ReplyNumber:
    number = choice.number
    return ReplyNumber(
        id=number.id,
        value=number.value,
        label=number.label,
        is_opted_out=choice.is_opted_out,
        is_preselected=choice.is_preselected,
        is_former=not number.is_current,
        shared_with=choice.shared_with,
    )
