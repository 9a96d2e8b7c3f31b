"""A client's numbers as tests add, end and look at them."""

from typing import Any

from services.conversations.tests.scenes import Thread
from services.conversations.tests.writings import Writing

from clientcomm_contracts.conversations.numbers import AddNumber, GiveUpNumber, NumbersReply
from clientcomm_contracts.people import Asker

NEW = "+12125550188"


async def add_number(
    writing: Writing, asker: Asker, thread: Thread, phone: str = NEW, **more: Any
) -> NumbersReply:
    request = AddNumber(asker=asker, client_id=thread.client_id, phone=phone, **more)
    reply: NumbersReply = await writing.order(request)
    return reply


async def give_up_number(
    writing: Writing, asker: Asker, thread: Thread, number_id: Any, **more: Any
) -> NumbersReply:
    request = GiveUpNumber(asker=asker, client_id=thread.client_id, number_id=number_id, **more)
    reply: NumbersReply = await writing.order(request)
    return reply


def current(reply: NumbersReply) -> dict[str, bool]:
    """The numbers that the client has, and which is the primary one."""
    return {n.value: n.is_primary for n in reply.client.numbers if n.until is None}
