"""Two records of one person are merged, or are refused to be."""

from typing import Any
from uuid import UUID

import pytest
from services.conversations.tests.scenes import Thread
from services.conversations.tests.writings import Writing

from clientcomm_contracts.conversations.merging import MergeClients, MergeReply
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker


def client_of(thread: Thread) -> UUID:
    assert thread.client_id is not None
    return thread.client_id


async def merge(
    writing: Writing, asker: Asker, into: Thread, gone: Thread, **more: Any
) -> MergeReply:
    request = MergeClients(
        asker=asker, client_id=client_of(into), absorb_id=client_of(gone), **more
    )
    reply: MergeReply = await writing.order(request)
    return reply


async def merge_refused(
    writing: Writing, asker: Asker, into: Thread, gone: Thread, **more: Any
) -> Refused:
    with pytest.raises(Refused) as refusal:
        await merge(writing, asker, into, gone, **more)
    return refusal.value
