"""What merging two clients would do, in numbers, before it is done (rule 2.5)."""

from clientcomm_contracts.conversations.merging import MergedThread, MergePreviewReply, PreviewMerge
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.get_client import client_view
from clientcomm_conversations.application.merge_clients import check_merge
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.domain.refusals import merging as refusals


async def preview_merge(reader: Reader, request: PreviewMerge) -> MergePreviewReply:
    """Both clients and what moves; raises Refused wherever the merge would."""
    rights = await rights_of(reader, request.asker)
    survivor = await client_view(reader, rights, request.client_id)
    absorbed = await client_view(reader, rights, request.absorb_id)
    threads = await reader.threads_to_merge(survivor.id, absorbed.id)
    in_the_way = check_merge(rights, {t.department_id: (t.survivor, t.absorbed) for t in threads})
    if in_the_way:
        names = [t.department_name for t in threads if t.department_id in in_the_way]
        raise refusals.merge_needs_organisation(names)
    if survivor.id == absorbed.id:
        raise refusals.same_client()
    return MergePreviewReply(
        survivor=survivor,
        absorbed=absorbed,
        threads=tuple(
            MergedThread(
                department_id=thread.department_id,
                department_name=thread.department_name,
                joins=thread.survivor is not None,
                messages=thread.messages,
                markers=thread.markers,
                scheduled=thread.scheduled,
                unread=thread.unread,
            )
            for thread in threads
            if thread.absorbed is not None
        ),
    )
