"""What is shown of texts that a search found."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.conversations.search import FoundText, SnippetPart
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.adapters.queries.rows import staff_name
from clientcomm_conversations.domain.snippets import BEGIN, END, snippet

# Marked in each language by itself; our signs are taken out of the text before.
_FOUND = text("""
    select m.id, m.conversation_id, m.department_id, m.direction, m.at, m.staff_id,
           ws.full_name as writer, s.client_id, s.first_name, s.last_name, s.sender,
           s.primary_number, s.assigned_to, hs.full_name as holder, s.state,
           ts_headline('texts_english', clean.body, cast(:query as tsquery), :how) as english,
           ts_headline('texts_spanish', clean.body, cast(:query as tsquery), :how) as spanish
      from message m
      join conversation_summary s on s.conversation_id = m.conversation_id
      left join staff ws on ws.id = m.staff_id
      left join staff hs on hs.id = s.assigned_to
      cross join lateral (select translate(m.body, :signs, '') as body) as clean
     where m.id = any(cast(:ids as uuid[]))
     order by m.at desc, m.id desc
""")
_HOW = f"HighlightAll=true, StartSel={BEGIN}, StopSel={END}"


async def found_texts(tx: Executes, ids: Sequence[UUID], *, query: str) -> tuple[FoundText, ...]:
    """The texts with these ids, newest first."""
    if not ids:
        return ()
    found = await tx.execute(
        _FOUND, {"ids": list(ids), "query": query, "how": _HOW, "signs": BEGIN + END}
    )
    return tuple(_found_text(row) for row in found.mappings())


def _found_text(row: Mapping[Any, Any]) -> FoundText:
    parts = snippet((row["english"], row["spanish"]))
    return FoundText(
        message_id=row["id"],
        conversation_id=row["conversation_id"],
        department_id=row["department_id"],
        direction=row["direction"],
        at=row["at"],
        staff=staff_name(row["staff_id"], row["writer"]),
        snippet=tuple(SnippetPart(text=part.text, is_found=part.is_found) for part in parts),
        client_id=row["client_id"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        sender=row["sender"],
        primary_number=row["primary_number"],
        assigned_to=staff_name(row["assigned_to"], row["holder"]),
        state=row["state"],
    )
