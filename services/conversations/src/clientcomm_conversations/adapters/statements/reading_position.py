"""Places in a thread: what was read up to, and how much came after."""

from uuid import UUID

from sqlalchemy import text

from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.application.places import Place

_OF_MESSAGE = text("""
    select at, id from message where id = :message_id and conversation_id = :conversation_id
""")

_LAST_INBOUND = text("""
    select at, id from message
     where conversation_id = :conversation_id and direction = 'inbound'
     order by at desc, id desc limit 1
""")

_INBOUND_BEFORE = text("""
    select at, id from message
     where conversation_id = :conversation_id and direction = 'inbound'
       and (at, id) < (:at, :message_id)
     order by at desc, id desc limit 1
""")

_COUNT_AFTER = text("""
    select count(*) from message
     where conversation_id = :conversation_id and direction = 'inbound'
       and (at, id) > (coalesce(cast(:at as timestamptz), '-infinity'),
                       coalesce(cast(:message_id as uuid),
                                '00000000-0000-0000-0000-000000000000'))
""")


async def place_of(tx: Executes, conversation_id: UUID, message_id: UUID | None) -> Place | None:
    """Where a text of this thread stands; without an id, the last inbound one."""
    parameters = {"conversation_id": conversation_id}
    if message_id is None:
        found = await tx.execute(_LAST_INBOUND, parameters)
    else:
        found = await tx.execute(_OF_MESSAGE, {**parameters, "message_id": message_id})
    row = found.one_or_none()
    return Place(row.at, row.id) if row else None


async def inbound_before(tx: Executes, conversation_id: UUID, place: Place) -> Place | None:
    """The inbound text before this place."""
    found = await tx.execute(
        _INBOUND_BEFORE,
        {"conversation_id": conversation_id, "at": place.at, "message_id": place.message_id},
    )
    row = found.one_or_none()
    return Place(row.at, row.id) if row else None


async def count_inbound_after(tx: Executes, conversation_id: UUID, place: Place | None) -> int:
    """How many inbound texts came after this place, or in all."""
    found = await tx.execute(
        _COUNT_AFTER,
        {
            "conversation_id": conversation_id,
            "at": place.at if place else None,
            "message_id": place.message_id if place else None,
        },
    )
    return int(found.scalar_one())
