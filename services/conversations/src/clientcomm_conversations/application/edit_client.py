"""A client's details change, for every department that has them (rules 2.1, 2.3)."""

from dataclasses import replace
from functools import partial

from clientcomm_contracts.conversations.clients import ClientReply, EditClient, GetClient
from clientcomm_contracts.faults import not_found
from clientcomm_contracts.notices import NoticeKind
from clientcomm_contracts.values import MarkerKind
from clientcomm_conversations.application import client_facts
from clientcomm_conversations.application.authorize import require, rights_of
from clientcomm_conversations.application.get_client import get_client
from clientcomm_conversations.application.marking import mark, name_of
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.tell_case_managers import tell_case_managers
from clientcomm_conversations.application.writing import Held, Writer
from clientcomm_conversations.domain.bodies import tidied
from clientcomm_conversations.domain.client import Client, checked_name, checked_zone
from clientcomm_conversations.domain.names import one_line
from clientcomm_conversations.domain.permissions import Right, StaffRights, may
from clientcomm_conversations.domain.thread import Thread


async def edit_client(writer: Writer, request: EditClient) -> ClientReply:
    """Change what is not None, once per key."""
    return await once(writer, request, partial(_edit, writer, request))


async def _edit(writer: Writer, request: EditClient) -> ClientReply:
    rights = await rights_of(writer, request.asker)
    client = await writer.lock_client(request.client_id)
    if client is None:
        raise not_found("client")
    held = await writer.lock(await writer.conversations_of(client.id))
    thread = editable(rights, held)
    edited = _edited(client, request)
    if request.notes is not None:
        await writer.set_notes(thread.id, tidied(request.notes))
    if edited != client:
        await _tell(writer, held, client, edited.told_again(), rights)
    return await get_client(
        writer.reader(), GetClient(asker=request.asker, client_id=request.client_id)
    )


def editable(rights: StaffRights, held: Held) -> Thread:
    """The conversation by which the asker may edit the client. Raises Refused."""
    threads = sorted(held.each(), key=lambda thread: not may(rights, Right.SEE, thread.facts))
    for thread in threads:
        if may(rights, Right.EDIT, thread.facts):
            return thread
    if not threads:
        raise not_found("client")
    require(rights, Right.EDIT, threads[0].facts, what="client")
    raise not_found("client")


def _edited(client: Client, request: EditClient) -> Client:
    first_name, last_name = checked_name(
        client.first_name if request.first_name is None else request.first_name,
        client.last_name if request.last_name is None else request.last_name,
    )
    zone = client.time_zone
    if request.time_zone is not None:
        zone = checked_zone(request.time_zone)
    id_number = client.id_number
    if request.id_number is not None:
        id_number = one_line(request.id_number) or None
    return replace(
        client,
        first_name=first_name,
        last_name=last_name,
        language=one_line(request.language or "") or client.language,
        time_zone=zone,
        id_number=id_number,
    )


async def _tell(
    writer: Writer, held: Held, before: Client, after: Client, rights: StaffRights
) -> None:
    """Write it; mark in every department's thread what others should notice, and tell them."""
    by = rights.staff_id
    name = await name_of(writer, by)
    details = _noticed(before, after)
    await writer.save_client(after)
    writer.publish(client_facts.client_changed(after, now=writer.now()))
    for thread in held.each():
        if details:
            mark(writer, thread, MarkerKind.CLIENT_EDITED, by=by, by_name=name, details=details)
    await writer.save(list(held.each()))
    if details:
        # By the name that they know; the thread shows the new one.
        notice = NoticeKind.NAME_CHANGED
        tell_case_managers(writer, held, before, notice, by=by, by_name=name or "")


def _noticed(before: Client, after: Client) -> dict[str, str]:
    old, new = before.full_name, after.full_name
    return {"old_name": old, "new_name": new} if old != new else {}
