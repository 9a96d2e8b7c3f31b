"""Search over the text of messages (rule 2.14)."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from clientcomm_contracts.conversations.directory import MeReply
from clientcomm_contracts.conversations.reading import Box, GetConversation
from clientcomm_contracts.conversations.search import SearchMessages, SearchMessagesReply
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.values import Role
from clientcomm_gateway.adapters.web.forms import id_of, is_ours_to_show
from clientcomm_gateway.adapters.web.present.lists import title_of
from clientcomm_gateway.adapters.web.present.search import found_row
from clientcomm_gateway.adapters.web.views import SearchPage
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.application.note_reading import readings_of_found

_HERE = "/search"
_LONGEST_SEARCH = 200
_LONGEST_CURSOR = 200
_READ_MORE_THAN_OWN = (Role.SUPERVISOR, Role.AUDITOR, Role.FRONT_DESK)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address bar says."""

    q: str
    is_mine_only: bool
    conversation_id: UUID | None
    cursor: str | None

    @classmethod
    def of(cls, visit: Visit) -> "_Asked":
        given = {name: text.replace("\0", "") for name, text in visit.request.query_params.items()}
        return cls(
            q=given.get("q", "").strip()[:_LONGEST_SEARCH],
            is_mine_only=given.get("box") == Box.MINE,
            conversation_id=id_of(given.get("conversation")),
            cursor=given.get("cursor", "")[:_LONGEST_CURSOR] or None,
        )

    def href(self, cursor: str | None = None) -> str:
        """This search, at one of its pages."""
        query = {
            "q": self.q,
            "box": Box.MINE if self.is_mine_only else None,
            "conversation": self.conversation_id,
            "cursor": cursor,
        }
        return f"{_HERE}?{urlencode({name: text for name, text in query.items() if text})}"


async def show(visit: Visit) -> Response:
    """The form, and what was found; others' texts are noted before they are shown."""
    asked = _Asked.of(visit)
    me, within, (reply, problem) = await asyncio.gather(
        visit.me(), _within(visit, asked.conversation_id), _search(visit, asked)
    )
    entries = readings_of_found(visit.account.staff_id, visit.address, reply.items)
    await visit.site.audit.record(*entries)
    page = _page(visit, asked, me, within, reply, problem)
    shell = visit.shell(me.unread_conversations)
    return visit.site.renderer.page("search.html", shell, page, status=422 if problem else 200)


async def _search(visit: Visit, asked: _Asked) -> tuple[SearchMessagesReply, str | None]:
    nothing = SearchMessagesReply(items=(), next=None)
    if not asked.q:
        return nothing, None
    question = SearchMessages(
        asker=visit.asker,
        q=asked.q,
        box=Box.MINE if asked.is_mine_only else None,
        conversation_id=asked.conversation_id,
        cursor=asked.cursor,
    )
    try:
        return await visit.ask(question), None
    except Refused as refused:
        if not is_ours_to_show(refused):
            raise
        return nothing, visit.speech.say(refused.sentence)


async def _within(visit: Visit, conversation_id: UUID | None) -> str | None:
    """Whose conversation alone is searched."""
    if conversation_id is None:
        return None
    question = GetConversation(asker=visit.asker, conversation_id=conversation_id)
    return title_of((await visit.ask(question)).conversation.row)


def _page(
    visit: Visit,
    asked: _Asked,
    me: MeReply,
    within: str | None,
    reply: SearchMessagesReply,
    problem: str | None,
) -> SearchPage:
    here = asked.conversation_id
    return SearchPage(
        q=asked.q,
        is_mine_only=asked.is_mine_only,
        may_widen=visit.account.holds(Role.CASE_MANAGER)
        and visit.account.holds(*_READ_MORE_THAN_OWN),
        within=within,
        within_id=str(here) if here else None,
        within_href=f"/conversations/{here}" if here else None,
        rows=tuple(found_row(item, me, visit.speech) for item in reply.items),
        next_href=asked.href(reply.next) if reply.next else None,
        first_href=asked.href() if asked.cursor else None,
        problem=problem,
    )
