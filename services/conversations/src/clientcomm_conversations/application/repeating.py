"""A request that comes twice is answered once and done once (architecture §4)."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from clientcomm_contracts.contract import Reply
from clientcomm_contracts.people import Asker, RepeatKey
from clientcomm_conversations.application.writing import Writer
from clientcomm_conversations.domain.bodies import storable

R = TypeVar("R", bound=Reply)


async def once(
    writer: Writer,
    asker: Asker,
    repeat_key: RepeatKey | None,
    reply_type: type[R],
    work: Callable[[], Awaitable[R]],
) -> R:
    """Do the work, or give the answer that this key had before. Raises Refused (reused_key)."""
    if repeat_key is None:
        return await work()
    whose = {
        "actor": str(asker.staff_id),
        "key": storable(repeat_key.key),
        "body_hash": storable(repeat_key.body_hash),
    }
    known = await writer.answered(**whose)
    if known is not None:
        return reply_type.model_validate(known)
    reply = await work()
    writer.remember_answer(**whose, answer=reply.model_dump(mode="json"))
    return reply
