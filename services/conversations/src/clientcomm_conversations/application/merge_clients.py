"""Two clients who are the same person become one, in one transaction (rule 2.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from clientcomm_contracts.conversations.merging import MergeClients, MergeReply
from clientcomm_contracts.faults import not_found
from clientcomm_contracts.values import MarkerKind
from clientcomm_conversations.application import client_facts, facts
from clientcomm_conversations.application.authorize import not_allowed, rights_of
from clientcomm_conversations.application.joining import join
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.client import Client
from clientcomm_conversations.domain.joining import ended_at
from clientcomm_conversations.domain.merging import merged
from clientcomm_conversations.domain.permissions import ConversationFacts, Right, StaffRights, may
from clientcomm_conversations.domain.refusals import merging as refusals
from clientcomm_conversations.domain.thread import Thread


@dataclass(frozen=True, slots=True)
class Pair:
    """What one department has with the two clients; at least one of the two."""

    survivor: Thread | None
    absorbed: Thread | None


@dataclass(frozen=True, slots=True)
class Merge:
    """Both clients as they were, and who merges them."""

    survivor: Client
    absorbed: Client
    rights: StaffRights
    staff_name: str | None


async def merge_clients(writer: Writer, request: MergeClients) -> MergeReply:
    """Merge, once per key; anything wrong and nothing changes. Raises Refused."""
    return await once(writer, request, partial(_merge, writer, request))


async def _merge(writer: Writer, request: MergeClients) -> MergeReply:
    rights = await rights_of(writer, request.asker)
    survivor, absorbed = await _locked(writer, request)
    pairs = await _pairs(writer, survivor, absorbed)
    by_department = {
        department_id: (_facts(pair.survivor), _facts(pair.absorbed))
        for department_id, pair in pairs.items()
    }
    in_the_way = check_merge(rights, by_department)
    if in_the_way:
        names = await writer.joining.department_names(in_the_way)
        raise refusals.merge_needs_organisation(sorted(names.values()))
    if survivor.id == absorbed.id:
        raise refusals.same_client()
    names = await writer.staff_names([rights.staff_id])
    merge = Merge(survivor, absorbed, rights, names.get(rights.staff_id))
    after = merged(
        survivor,
        absorbed,
        name_from=request.name_from,
        primary_number_id=request.primary_number_id,
        now=writer.now(),
    )
    return await _carry_out(writer, merge, after, list(pairs.values()))


def check_merge(
    rights: StaffRights,
    departments: Mapping[UUID, tuple[ConversationFacts | None, ConversationFacts | None]],
) -> Sequence[UUID]:
    """Departments that have both and in which the asker may not merge.

    Raises Refused unless the asker may merge a conversation of each of the two.
    """
    for side in (0, 1):
        _require_one(rights, [both[side] for both in departments.values()])
    return [
        department_id
        for department_id, both in departments.items()
        if all(both) and not all(one and may(rights, Right.MERGE, one) for one in both)
    ]


def _require_one(rights: StaffRights, threads: Sequence[ConversationFacts | None]) -> None:
    present = [one for one in threads if one is not None]
    if any(may(rights, Right.MERGE, one) for one in present):
        return
    if any(may(rights, Right.SEE, one) for one in present):
        raise not_allowed()
    raise not_found("client")


async def _locked(writer: Writer, request: MergeClients) -> tuple[Client, Client]:
    """Both clients in the order of their ids, so that two merges cannot wait in a circle."""
    ids = sorted({request.client_id, request.absorb_id})
    for number in sorted(await writer.joining.numbers_of(ids)):
        await writer.take_turn_with(number)
    found = {id_: await writer.lock_client(id_) for id_ in ids}
    survivor, absorbed = found[request.client_id], found[request.absorb_id]
    if survivor is None or absorbed is None:
        raise not_found("client")
    return survivor, absorbed


async def _pairs(writer: Writer, survivor: Client, absorbed: Client) -> Mapping[UUID, Pair]:
    """By department."""
    clients = (survivor.id, absorbed.id)
    threads = [id_ for client_id in clients for id_ in await writer.conversations_of(client_id)]
    held = await writer.lock(threads)
    by_client = {(t.department_id, t.client_id): t for t in held.each()}
    return {
        department_id: Pair(
            by_client.get((department_id, survivor.id)),
            by_client.get((department_id, absorbed.id)),
        )
        for department_id in sorted({department_id for department_id, _ in by_client})
    }


def _facts(thread: Thread | None) -> ConversationFacts | None:
    return thread.facts if thread else None


async def _carry_out(
    writer: Writer, merge: Merge, after: Client, pairs: Sequence[Pair]
) -> MergeReply:
    await _move_client(writer, merge, after, pairs)
    messages = 0
    for pair in pairs:
        if pair.survivor is not None and pair.absorbed is not None:
            moved = await join(writer, pair.survivor, pair.absorbed, by=merge.rights.staff_id)
            messages += moved.messages
            _mark_join(writer, merge, pair.survivor, pair.absorbed)
        elif pair.absorbed is not None:
            _mark_move(writer, merge, after, pair.absorbed)
    left = [thread for pair in pairs if (thread := pair.survivor or pair.absorbed)]
    opted_out = await writer.opted_out_among([thread.id for thread in left])
    for thread in left:
        thread.is_opted_out = thread.id in opted_out
        thread.time_zone = after.time_zone or thread.department_zone
    await writer.save(left)
    return MergeReply(
        client_id=after.id,
        conversation_id=_own(merge.rights, left).id,
        messages_moved=messages,
    )


async def _move_client(writer: Writer, merge: Merge, after: Client, pairs: Sequence[Pair]) -> None:
    """Numbers first, then the record: the absorbed one has none when it is told as merged."""
    now = writer.now()
    moving = [p.absorbed.id for p in pairs if p.absorbed is not None and p.survivor is None]
    absorbed = merge.absorbed.told_again()
    await writer.joining.save_numbers(after)
    await writer.joining.absorb_client(absorbed, after.id)
    await writer.joining.give_to_client(moving, after.id)
    await writer.save_client(after)
    gone = client_facts.client_changed(absorbed.without_numbers(), now=now, merged_into=after.id)
    writer.publish(client_facts.client_changed(after, now=now))
    writer.publish(gone)


def _mark_join(writer: Writer, merge: Merge, survivor: Thread, absorbed: Thread) -> None:
    now, by = writer.now(), merge.rights.staff_id
    ended = survivor.mark(
        MarkerKind.MERGE_ENDED,
        marker_id=writer.new_id(),
        at=ended_at(absorbed, now),
        by_staff_id=by,
        details={"name": merge.absorbed.full_name},
    )
    joined = survivor.mark(
        MarkerKind.MERGED,
        marker_id=writer.new_id(),
        at=now,
        by_staff_id=by,
        details={"name": merge.absorbed.full_name},
    )
    for marker in (ended, joined):
        writer.publish(facts.marker_added(survivor, marker, by_staff_name=merge.staff_name))


def _mark_move(writer: Writer, merge: Merge, after: Client, thread: Thread) -> None:
    """Another department's conversation with the absorbed client only."""
    now, by = writer.now(), merge.rights.staff_id
    thread.client_id = after.id
    marker = thread.mark(
        MarkerKind.MERGED,
        marker_id=writer.new_id(),
        at=now,
        by_staff_id=by,
        details={"old_name": merge.absorbed.full_name, "new_name": after.full_name},
    )
    writer.publish(facts.conversation_changed(thread, now=now, by_staff_id=by))
    writer.publish(facts.marker_added(thread, marker, by_staff_name=merge.staff_name))


def _own(rights: StaffRights, threads: Sequence[Thread]) -> Thread:
    return next(t for t in threads if may(rights, Right.MERGE, t.facts))
