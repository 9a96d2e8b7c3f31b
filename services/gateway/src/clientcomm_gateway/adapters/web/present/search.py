"""Found texts as a page shows them."""

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from clientcomm_contracts.conversations.directory import MeReply
from clientcomm_contracts.conversations.search import FoundText
from clientcomm_contracts.values import ConversationState
from clientcomm_gateway.adapters.web.present.lists import UTC, zones_of
from clientcomm_gateway.adapters.web.speech import Speech, phone_words
from clientcomm_gateway.adapters.web.views import FoundRow, SnippetPiece


def found_row(item: FoundText, me: MeReply, speech: Speech) -> FoundRow:
    """One found text, by the time of its department."""
    zones: Mapping[UUID, str] = zones_of(me)
    name = f"{item.first_name} {item.last_name}".strip()
    is_own = item.assigned_to is not None and item.assigned_to.id == me.staff.id
    return FoundRow(
        href=_href(item),
        title=name or phone_words(item.sender or item.primary_number or ""),
        direction=item.direction,
        who=item.staff.full_name if item.staff else "",
        at=speech.moment(item.at, zones.get(item.department_id, UTC)),
        assigned_to=item.assigned_to.full_name if item.assigned_to and not is_own else None,
        is_closed=item.state is ConversationState.CLOSED,
        pieces=tuple(SnippetPiece(part.text, part.is_found) for part in item.snippet),
    )


def _href(item: FoundText) -> str:
    query = urlencode({"message": item.message_id})
    return f"/conversations/{item.conversation_id}?{query}#item-{item.message_id}"
