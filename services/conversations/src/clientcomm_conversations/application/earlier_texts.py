"""Texts of unknown senders from a number that a client has now (rule 2.8)."""

from uuid import UUID

from clientcomm_contracts.conversations.numbers import (
    EarlierTexts,
    EarlierTextsReply,
    ListEarlierTexts,
)
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.domain.permissions import Relation, Right, StaffRights, may, reach


async def list_earlier_texts(reader: Reader, request: ListEarlierTexts) -> EarlierTextsReply:
    """What the asker may attach to this client. Refused as not_found for who may not see them."""
    rights = await rights_of(reader, request.asker)
    seen = await reader.client(request.client_id)
    if not any(may(rights, Right.SEE, one.facts) for one in seen):
        raise not_found("client")
    return EarlierTextsReply(items=await earlier_texts(reader, rights, seen[0].client.id))


async def earlier_texts(
    reader: Reader, rights: StaffRights, client_id: UUID
) -> tuple[EarlierTexts, ...]:
    """In departments where the asker may change the client: in the inbox, or theirs to join."""
    departments = [
        one.facts.department_id
        for one in await reader.client(client_id)
        if may(rights, Right.EDIT, one.facts)
    ]
    if not departments:
        return ()
    overseen = reach(rights, Right.MERGE, Relation.COLLEAGUES)
    return await reader.earlier_texts(
        client_id,
        departments,
        staff_id=rights.staff_id,
        overseen=[one for one in departments if overseen.includes(one)],
    )
