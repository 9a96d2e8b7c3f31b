"""Two clients who are the same person become one, in one transaction (rule 2.5)."""

from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from clientcomm_contracts.conversations.merging import MergeClients, MergeReply
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application import client_facts
from clientcomm_conversations.application.authorize import not_allowed, rights_of
from clientcomm_conversations.application.joining import join
from clientcomm_conversations.application.marking import name_of
from clientcomm_conversations.application.merge_traces import Merge, Pair, mark_merge, tell_merge
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.client import Client
from clientcomm_conversations.domain.merging import merged
from clientcomm_conversations.domain.permissions import ConversationFacts, Right, StaffRights, may
from clientcomm_conversations.domain.refusals import merging as refusals
from clientcomm_conversations.domain.thread import Thread


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
    after = merged(
        survivor,
        absorbed,
        name_from=request.name_from,
        primary_number_id=request.primary_number_id,
        now=writer.now(),
    )
    by = rights.staff_id
    merge = Merge(survivor, absorbed, after, by, await name_of(writer, by))
    return await _carry_out(writer, merge, rights, list(pairs.values()))


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
    writer: Writer, merge: Merge, rights: StaffRights, pairs: Sequence[Pair]
) -> MergeReply:
    await _move_client(writer, merge, pairs)
    messages = 0
    for pair in pairs:
        if pair.survivor is not None and pair.absorbed is not None:
            moved = await join(writer, pair.survivor, pair.absorbed, by=merge.by)
            messages += moved.messages
        mark_merge(writer, merge, pair)
    left = [pair.left for pair in pairs]
    opted_out = await writer.opted_out_among([thread.id for thread in left])
    for thread in left:
        thread.is_opted_out = thread.id in opted_out
    await writer.save(left)
    tell_merge(writer, merge, pairs)
    return MergeReply(
        client_id=merge.after.id,
        conversation_id=_own(rights, left).id,
        messages_moved=messages,
    )


async def _move_client(writer: Writer, merge: Merge, pairs: Sequence[Pair]) -> None:
    """Numbers first, then the record: the absorbed one has none when it is told as merged."""
    now, after = writer.now(), merge.after
    moving = [p.absorbed.id for p in pairs if p.absorbed is not None and p.survivor is None]
    absorbed = merge.absorbed.told_again()
    await writer.joining.save_numbers(after)
    await writer.joining.absorb_client(absorbed, after.id)
    await writer.joining.give_to_client(moving, after.id)
    await writer.save_client(after)
    gone = client_facts.client_changed(absorbed.without_numbers(), now=now, merged_into=after.id)
    writer.publish(client_facts.client_changed(after, now=now))
    writer.publish(gone)


def _own(rights: StaffRights, threads: Sequence[Thread]) -> Thread:
    return next(t for t in threads if may(rights, Right.MERGE, t.facts))
