"""What giving a client's number up would mean, in numbers (rule 2.13b)."""

from clientcomm_contracts.conversations.clients import GetClient
from clientcomm_contracts.conversations.numbers import NumberEndReply, PreviewNumberEnd
from clientcomm_conversations.application.authorize import not_allowed
from clientcomm_conversations.application.get_client import get_client
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.domain.refusals import client as refusals


async def preview_number_end(reader: Reader, request: PreviewNumberEnd) -> NumberEndReply:
    """Count; nothing changes. Raises Refused where giving it up would."""
    found = await get_client(reader, GetClient(asker=request.asker, client_id=request.client_id))
    if not found.may_edit:
        raise not_allowed()
    for number in found.client.numbers:
        if number.id == request.number_id and number.until is None:
            return await reader.number_end(found.client.id, number.value)
    raise refusals.not_a_current_number()
