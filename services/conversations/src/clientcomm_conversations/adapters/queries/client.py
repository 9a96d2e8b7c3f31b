"""A client as each department's conversation shows them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.conversations.numbers import NumberEndReply
from clientcomm_conversations.adapters.queries.conversation import ELSEWHERE, NUMBERS, client_view
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.adapters.queries.rows import facts_of
from clientcomm_conversations.application.reading import ClientSeen

# Constants put together; no value of a person is part of the text.
_CLIENT = text(
    f"""
    with recursive line(id, merged_into) as (
      select id, merged_into from client where id = :client_id
      union
      select n.id, n.merged_into from line join client n on n.id = line.merged_into
    )
    select c.id, c.department_id, c.assigned_to, c.state, c.notes, c.consent_how, c.client_id,
           cl.first_name as client_first_name, cl.last_name as client_last_name,
           cl.language as client_language, cl.id_number as client_id_number,
           coalesce(cl.time_zone, d.time_zone) as time_zone, cl.time_zone as client_zone,
           {NUMBERS}, {ELSEWHERE}
      from client cl
      join conversation c on c.client_id = cl.id and c.merged_into is null
      join department d on d.id = c.department_id
     where cl.id = (select id from line where merged_into is null)
    """  # noqa: S608 - constants
)

_NUMBER_END = text("""
    select coalesce(sum((
             select count(*) from message m
              where m.conversation_id = c.id and m.number_to = :number
                and m.state in ('queued', 'held') and m.direction = 'outbound')), 0) as waiting,
           coalesce(sum(s.scheduled_count), 0) as scheduled
      from conversation c
      join conversation_summary s on s.conversation_id = c.id
     where c.client_id = :client_id and c.merged_into is null
""")


async def client(tx: Executes, client_id: UUID) -> Sequence[ClientSeen]:
    """The client once per department that has a conversation with them; merges followed."""
    found = await tx.execute(_CLIENT, {"client_id": client_id})
    return [ClientSeen(client_view(row), facts_of(row)) for row in found.mappings()]


async def number_end(tx: Executes, client_id: UUID, number: str) -> NumberEndReply:
    """What waits for the client, at this number and to be sent later."""
    found = await tx.execute(_NUMBER_END, {"client_id": client_id, "number": number})
    row = found.one()
    return NumberEndReply(waiting=int(row.waiting), scheduled=int(row.scheduled))
