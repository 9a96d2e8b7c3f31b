"""A client's numbers change, for every department that has them (rules 2.3, 2.13b)."""

from dataclasses import dataclass
from functools import partial

from clientcomm_contracts.conversations.numbers import (
    AddNumber,
    EditNumber,
    GiveUpNumber,
    NumbersReply,
)
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.client_fields import typed_number
from clientcomm_conversations.application.earlier_texts import earlier_texts
from clientcomm_conversations.application.edit_client import editable
from clientcomm_conversations.application.get_client import client_view
from clientcomm_conversations.application.repeating import once
from clientcomm_conversations.application.telling_numbers import tell_numbers
from clientcomm_conversations.application.withdraw_texts import withdraw_texts
from clientcomm_conversations.application.writing import Held, Writer
from clientcomm_conversations.domain.client import Client, ClientNumber
from clientcomm_conversations.domain.names import one_line
from clientcomm_conversations.domain.numbers import (
    current_number,
    relabelled,
    with_number,
    without_number,
)
from clientcomm_conversations.domain.permissions import StaffRights
from clientcomm_conversations.domain.refusals import client as refusals
from clientcomm_conversations.domain.thread import Thread

NumberOrder = AddNumber | EditNumber | GiveUpNumber


@dataclass(frozen=True, slots=True)
class Locked:
    """A client under lock, with all their conversations and who changes them."""

    client: Client
    held: Held
    thread: Thread
    rights: StaffRights


async def add_number(writer: Writer, request: AddNumber) -> NumbersReply:
    """A new number, perhaps instead of an old one, once per key. Raises Refused."""
    return await once(writer, request, partial(_add, writer, request))


async def edit_number(writer: Writer, request: EditNumber) -> NumbersReply:
    """Label or rank, once per key. Raises Refused."""
    return await once(writer, request, partial(_edit, writer, request))


async def give_up_number(writer: Writer, request: GiveUpNumber) -> NumbersReply:
    """The number ends, as given up or as wrong, once per key. Raises Refused."""
    return await once(writer, request, partial(_give_up, writer, request))


async def _add(writer: Writer, request: AddNumber) -> NumbersReply:
    value = await typed_number(writer, request.phone)
    await writer.take_turn_with(value)
    locked = await _locked(writer, request)
    await _check_others(writer, request, locked, value)
    new = ClientNumber(
        id=writer.new_id(),
        value=value,
        label=one_line(request.label),
        since=writer.now(),
        until=None,
        is_primary=False,
        how="added",
        added_by=locked.rights.staff_id,
    )
    after = with_number(
        locked.client, new, replaces=request.replaces, make_primary=request.is_primary
    )
    details = {"new_number": value}
    if request.replaces is not None:
        details["old_number"] = current_number(locked.client, request.replaces).value
    await tell_numbers(writer, locked.held, after, locked.rights.staff_id, details=details)
    reply = await _reply(writer, locked)
    known = {one.id for one in reply.client.numbers if one.value == value}
    return reply.model_copy(update={"is_landline": bool(known & set(reply.client.landlines))})


async def _edit(writer: Writer, request: EditNumber) -> NumbersReply:
    locked = await _locked(writer, request)
    after = relabelled(
        locked.client,
        request.number_id,
        label=None if request.label is None else one_line(request.label),
        make_primary=request.make_primary,
    )
    if after != locked.client:
        await tell_numbers(writer, locked.held, after, locked.rights.staff_id)
    return await _reply(writer, locked)


async def _give_up(writer: Writer, request: GiveUpNumber) -> NumbersReply:
    locked = await _locked(writer, request)
    old = current_number(locked.client, request.number_id)
    after = without_number(
        locked.client,
        request.number_id,
        at=writer.now(),
        by=locked.rights.staff_id,
        is_wrong=request.is_wrong,
    )
    details = {"old_number": old.value}
    if request.is_wrong:
        details["why"] = "wrong_number"
        await _withdraw(writer, locked, old.value)
    await tell_numbers(writer, locked.held, after, locked.rights.staff_id, details=details)
    return await _reply(writer, locked)


async def _withdraw(writer: Writer, locked: Locked, number: str) -> None:
    """Nothing that has not left yet goes to a stranger."""
    threads = [thread.id for thread in locked.held.each()]
    withdraw_texts(writer, await writer.joining.waiting_for(number, threads))


async def _locked(writer: Writer, request: NumberOrder) -> Locked:
    rights = await rights_of(writer, request.asker)
    client = await writer.lock_client(request.client_id)
    if client is None:
        raise not_found("client")
    held = await writer.lock(await writer.conversations_of(client.id))
    return Locked(client, held, editable(rights, held), rights)


async def _check_others(writer: Writer, request: AddNumber, locked: Locked, value: str) -> None:
    holders = await writer.holders(value, locked.thread.department_id)
    others = [holder for holder in holders if holder.client_id != locked.client.id]
    if others and not request.is_shared:
        raise refusals.number_shared([holder.named() for holder in others])


async def _reply(writer: Writer, locked: Locked) -> NumbersReply:
    reader = writer.reader()
    client = await client_view(reader, locked.rights, locked.client.id)
    return NumbersReply(
        client=client, earlier_texts=await earlier_texts(reader, locked.rights, client.id)
    )
