"""The conversations that somebody ticked, locked, and as they stand under the lock."""

from collections.abc import Sequence
from uuid import UUID

from clientcomm_conversations.application.writing import Held, Writer
from clientcomm_conversations.domain.caseload import Case


async def locked_cases(
    writer: Writer, conversation_ids: Sequence[UUID], *, to_send: bool = False
) -> tuple[Held, Sequence[tuple[UUID, Case | None]]]:
    """Each that was asked for with its case, None for what there is not; on request addresses."""
    lock = writer.lock_to_send if to_send else writer.lock
    held = await lock(conversation_ids)
    known_as = {asked: thread.id for asked in conversation_ids if (thread := held.get(asked))}
    found = await writer.cases(sorted(set(known_as.values())))
    cases = {case.conversation_id: case for _, case in found if case is not None}
    return held, [(asked, cases.get(known_as.get(asked, asked))) for asked in conversation_ids]
