"""An account ends, and all its active clients go to others in the same transaction (rule 1.6)."""

from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from clientcomm_contracts.conversations.staff import (
    ActiveClient,
    DeactivateStaff,
    DeactivateStaffReply,
)
from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.application.authorize import not_allowed
from clientcomm_conversations.application.bulk_of_who_is_gone import withdraw_bulk_of
from clientcomm_conversations.application.hand_on import hand_on
from clientcomm_conversations.application.notify_of_transfer import notify_of_transfer
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.staff_store import (
    StaffStore,
    record_of,
    staff_changed,
    staff_shown,
)
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.permissions import DepartmentRight, may_in_department
from clientcomm_conversations.domain.refusals import staff as refusals
from clientcomm_conversations.domain.staffing import (
    EVERYWHERE_ADMINISTRATOR,
    StaffRecord,
    may_change,
)
from clientcomm_conversations.domain.thread import Thread

Receivers = Mapping[UUID, UUID | None]


async def deactivate_staff(
    writer: Writer, store: StaffStore, request: DeactivateStaff
) -> DeactivateStaffReply:
    """What became of the clients, once per key."""
    return await once(writer, request, partial(_deactivate, writer, store, request))


async def hand_over_rest(writer: Writer, store: StaffStore, request: DeactivateStaff) -> None:
    """What a text opened again for them in the very moment goes to the unassigned inbox."""
    await store.wait_for_texts(request.staff_id)
    left = await store.caseload(request.staff_id)
    if left:
        await _hand_over(writer, request, dict.fromkeys((c.conversation_id for c in left), None))


async def _deactivate(
    writer: Writer, store: StaffStore, request: DeactivateStaff
) -> DeactivateStaffReply:
    await store.take_turn()
    rights, record = await record_of(writer, store, request.asker, request.staff_id)
    if not may_change(rights, record):
        raise not_allowed()
    await _check(store, request, record)
    await store.hold(record.id)
    clients = await store.caseload(record.id)
    receivers = _receivers(request, clients)
    await _check_receivers(writer, request, receivers, clients)
    now = writer.now()
    gone = record.ended(now)
    to_people, to_inbox = await _hand_over(writer, request, receivers)
    await withdraw_bulk_of(writer, record.id)
    await store.end_coverage(record.id, now=now)
    await store.save(gone, now=now)
    writer.publish(staff_changed(gone, now=now))
    return DeactivateStaffReply(staff=staff_shown(gone), handed_over=to_people, to_inbox=to_inbox)


async def _check(store: StaffStore, request: DeactivateStaff, record: StaffRecord) -> None:
    if not record.is_active:
        raise refusals.not_active()
    if record.id == request.asker.staff_id:
        raise refusals.not_yourself()
    if EVERYWHERE_ADMINISTRATOR in record.roles and not await store.other_administrators(record.id):
        raise refusals.last_administrator()


def _receivers(request: DeactivateStaff, clients: Sequence[ActiveClient]) -> Receivers:
    named = {one.conversation_id: one.to_staff_id for one in request.hand_overs}
    return {
        client.conversation_id: named.get(client.conversation_id, request.others_to)
        for client in clients
    }


async def _check_receivers(
    writer: Writer, request: DeactivateStaff, receivers: Receivers, clients: Sequence[ActiveClient]
) -> None:
    """Each is an active case manager of the client's department, and not the one who goes."""
    places = {client.conversation_id: client.department_id for client in clients}
    wanted = {
        (receiver, places[conversation_id])
        for conversation_id, receiver in receivers.items()
        if receiver is not None
    }
    known = {
        receiver: await writer.receiver_rights(receiver)
        for receiver in sorted({receiver for receiver, _ in wanted})
    }
    for receiver, department_id in wanted:
        rights = known[receiver]
        if (
            rights is None
            or receiver == request.staff_id
            or not may_in_department(rights, DepartmentRight.HAVE_CASELOAD, department_id)
        ):
            raise refusals.receiver_unsuitable()


async def _hand_over(
    writer: Writer, request: DeactivateStaff, receivers: Receivers
) -> tuple[int, int]:
    """Gives each away that is still theirs; how many went to people, and how many to the inbox."""
    held = await writer.lock(receivers)
    going: dict[UUID | None, list[Thread]] = {}
    for thread in held.each():
        if thread.assigned_to == request.staff_id and thread.state is ConversationState.OPEN:
            going.setdefault(receivers.get(thread.id, request.others_to), []).append(thread)
    by = request.asker.staff_id
    for receiver, threads in going.items():
        await hand_on(writer, threads, to_staff_id=receiver, by_staff_id=by)
        if receiver is not None:
            await notify_of_transfer(
                writer, to_staff_id=receiver, by_staff_id=by, count=len(threads), note=""
            )
    to_inbox = len(going.get(None, ()))
    return sum(map(len, going.values())) - to_inbox, to_inbox
