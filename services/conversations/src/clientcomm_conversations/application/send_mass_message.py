"""One text to many conversations, each in its own thread (rule 3.11)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from clientcomm_contracts.conversations.events import MassMessageProgressedV1
from clientcomm_contracts.conversations.mass_messages import MassMessageReply, SendMassMessage
from clientcomm_contracts.conversations.views import MassMessageView, SkippedRecipient, StaffName
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.bulk import BulkPace, NewMassMessage, Progress
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.bodies import is_empty, tidied
from clientcomm_conversations.domain.mass_message import Candidate, Chosen, choose
from clientcomm_conversations.domain.refusals import sending as refusals
from clientcomm_conversations.domain.segments import count_segments

WAITING = "waiting"


async def send_mass_message(writer: Writer, request: SendMassMessage) -> MassMessageReply:
    """Freeze the recipients, once per key; a preview changes nothing."""
    if request.is_preview:
        return await _send(writer, request)
    return await once(writer, request, partial(_send, writer, request))


async def _send(writer: Writer, request: SendMassMessage) -> MassMessageReply:
    body = tidied(request.body)
    if is_empty(body):
        raise refusals.message_empty()
    rights = await rights_of(writer, request.asker)
    asked_for = await writer.candidates(request.conversation_ids)
    chosen = choose(asked_for, rights)
    department_id = _department(asked_for, chosen)
    pace = await writer.bulk_pace(department_id)
    if not pace.has_number:
        raise refusals.department_without_number()
    names = await writer.staff_names([rights.staff_id])
    new = NewMassMessage(
        id=writer.new_id(),
        department_id=department_id,
        staff_id=rights.staff_id,
        body=body,
        segments=count_segments(body),
        at=writer.now(),
    )
    if not request.is_preview:
        progress = await writer.insert_mass_message(new, chosen)
        writer.publish(progressed(new.id, progress, now=new.at))
        writer.wake_release()
    return MassMessageReply(
        mass_message=_view(new, chosen, pace, names.get(rights.staff_id, "")),
        is_preview=request.is_preview,
    )


def progressed(
    mass_message_id: UUID, progress: Progress, *, now: datetime
) -> MassMessageProgressedV1:
    """How far it is."""
    return MassMessageProgressedV1(
        aggregate_id=mass_message_id,
        sequence=progress.sequence,
        occurred_at=now,
        department_id=progress.department_id,
        recipients=progress.recipients,
        written=progress.written,
        skipped=progress.skipped,
        is_stopped=progress.is_stopped,
    )


def _department(
    asked_for: Sequence[tuple[UUID, Candidate | None]], chosen: Sequence[Chosen]
) -> UUID:
    """The one department of all who get the text. Raises Refused."""
    sent_to = {one.conversation_id for one in chosen if one.left_out is None}
    departments = {
        candidate.facts.department_id
        for _, candidate in asked_for
        if candidate is not None and candidate.conversation_id in sent_to
    }
    if not departments:
        raise refusals.nobody_to_text(
            {str(one.conversation_id): str(one.left_out) for one in chosen[:100]}
        )
    if len(departments) > 1:
        raise refusals.several_departments()
    (only,) = departments
    return only


def _view(
    new: NewMassMessage, chosen: Sequence[Chosen], pace: BulkPace, staff_name: str
) -> MassMessageView:
    sent_to = [one for one in chosen if one.left_out is None]
    segments = pace.on_their_way + len(sent_to) * new.segments
    return MassMessageView(
        id=new.id,
        department_id=new.department_id,
        body=new.body,
        created_at=new.at,
        by_staff=StaffName(id=new.staff_id, full_name=staff_name),
        recipients=len(sent_to),
        segments=new.segments,
        skipped=tuple(
            SkippedRecipient(conversation_id=one.conversation_id, code=one.left_out)
            for one in chosen
            if one.left_out is not None
        ),
        states={WAITING: len(sent_to)},
        is_stopped=False,
        ends_at=new.at + timedelta(seconds=segments / pace.segments_per_second),
    )
