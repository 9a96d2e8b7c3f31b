"""Tells who the asker is and where they hold roles."""

from clientcomm_contracts.conversations.directory import GetMe, MeReply
from clientcomm_contracts.faults import not_found
from clientcomm_conversations.application.authorize import rights_of
from clientcomm_conversations.application.reading import Reader
from clientcomm_conversations.domain.permissions import belongs_to


async def get_me(reader: Reader, request: GetMe) -> MeReply:
    """The asker, their departments, and how many conversations wait unread for them."""
    rights = await rights_of(reader, request.asker)
    staff = await reader.staff(rights.staff_id)
    if staff is None:
        raise not_found("account")
    return MeReply(
        staff=staff,
        departments=await reader.departments(belongs_to(rights)),
        unread_conversations=await reader.unread_conversations(rights),
        covers=await reader.staff_named(sorted(rights.covers)) if rights.covers else (),
    )
