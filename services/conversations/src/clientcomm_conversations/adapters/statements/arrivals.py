"""What is known of the senders of inbound texts, and threads for those of whom nothing is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from clientcomm_conversations.adapters.department_settings import office_of, settings_of
from clientcomm_conversations.adapters.statements.one_transaction import OneTransaction
from clientcomm_conversations.adapters.statements.rows_as_json import rows_as_json
from clientcomm_conversations.application.arrived_rows import (
    DepartmentVoice,
    Heard,
    Suspicion,
    Texted,
)
from clientcomm_conversations.domain.built_in_texts import AutomaticText
from clientcomm_conversations.domain.opt_out import COUNTED_OVER
from clientcomm_conversations.domain.routing import Holding
from clientcomm_conversations.domain.search_words import search_text, sort_name

_PAIRS = "json_to_recordset(cast(:pairs as json)) as p (department_id uuid, sender text)"

_HEARD = (
    "json_to_recordset(cast(:heard as json)) as p (department_id uuid, sender text, at timestamptz)"
)

_KNOWN_INBOUND = text("""
    select inbound_id from message where inbound_id = any(cast(:ids as uuid[]))
    union all
    select inbound_id from quarantined_text where inbound_id = any(cast(:ids as uuid[]))
""")

# Or may have, or will in a moment; of the others nobody knows, and held ones wait for hours.
_REACHED_THE_PHONE = "m.state in ('queued', 'sending', 'unknown', 'sent', 'delivered')"

# The last text of each kind to a client before this one came is looked for only where a phone is
# shared (rule 2.6).
_HOLDINGS = text(f"""
    with holding as (
      select p.department_id, p.sender, p.at, n.client_id, c.id as conversation_id, n.until,
             n.is_wrong,
             count(c.id) filter (where n.until is null)
               over (partition by p.department_id, p.sender, p.at) > 1 as is_shared
        from {_HEARD}
        join client_number n on n.value = p.sender
        join client cl on cl.id = n.client_id and cl.merged_into is null
        left join conversation c on c.client_id = n.client_id
                                and c.department_id = p.department_id
                                and c.merged_into is null
    )
    select h.department_id, h.sender, h.at, h.client_id, h.conversation_id, h.until, h.is_wrong,
           texted.at as texted_at, bulk.at as bulk_texted_at
      from holding h
      left join lateral (
        select coalesce(m.sent_at, m.at) as at from message m
         where h.is_shared and m.conversation_id = h.conversation_id
           and m.author in ('staff', 'schedule') and m.at <= h.at and {_REACHED_THE_PHONE}
         order by m.at desc, m.id desc limit 1) texted on true
      left join lateral (
        select coalesce(m.sent_at, m.at) as at from message m
         where h.is_shared and m.conversation_id = h.conversation_id
           and m.author = 'mass' and m.at <= h.at and {_REACHED_THE_PHONE}
         order by m.at desc, m.id desc limit 1) bulk on true
     order by h.until desc nulls first
""")  # noqa: S608 - constants

_THREADS = text(f"""
    select c.id, c.department_id, c.sender
      from {_PAIRS}
      join conversation c on c.department_id = p.department_id and c.sender = p.sender
                         and c.client_id is null and c.merged_into is null
""")  # noqa: S608 - constants

_OPEN = text("""
    with opened as (
      insert into conversation (id, department_id, sender, state, opened_at)
      select id, department_id, sender, 'unassigned', cast(:now as timestamptz)
        from json_to_recordset(cast(:rows as json)) as r (
          id uuid, department_id uuid, sender text)
       order by department_id, sender
          on conflict (department_id, sender)
             where merged_into is null and client_id is null do nothing
      returning id, department_id, sender
    ), shown as (
      insert into conversation_summary (
        conversation_id, department_id, state, sender, sort_name, primary_number, search_text,
        is_opted_out)
      select o.id, o.department_id, 'unassigned', o.sender, r.sort_name, o.sender,
             r.search_text,
             exists (select 1 from opt_out x where x.department_id = o.department_id
                        and x.number = o.sender and x.is_opted_out)
        from opened o
        join json_to_recordset(cast(:rows as json)) as r (
          id uuid, sort_name text, search_text text) on r.id = o.id
    ), given as (
      insert into assignment (id, conversation_id, since)
      select r.assignment_id, o.id, cast(:now as timestamptz)
        from opened o
        join json_to_recordset(cast(:rows as json)) as r (id uuid, assignment_id uuid)
          on r.id = o.id
    )
    select id, department_id, sender from opened
""")

_SUSPECT = text("""
    with suspected as (
      select * from json_to_recordset(cast(:rows as json)) as r (
        id uuid, department_id uuid, number text, message_id uuid, at timestamptz)
    ), noted as (
      insert into opt_out_ledger (id, department_id, number, what, how, message_id, at)
      select id, department_id, number, 'refusal_suspected', 'text', message_id, at
        from suspected
    )
    insert into opt_out (department_id, number, is_opted_out, since, suspected_message_id,
                         suspected_at)
    select distinct on (department_id, number) department_id, number, false, at, message_id, at
      from suspected order by department_id, number, at desc
        on conflict (department_id, number) do update
           set suspected_message_id = excluded.suspected_message_id,
               suspected_at = excluded.suspected_at
""")

_VOICES = text("""
    select d.id, d.name, d.settings, d.time_zone, n.value as number
      from department d
      left join department_number n on n.department_id = d.id and n.until is null
     where d.id = any(cast(:ids as uuid[]))
""")

_AUTOMATIC_REPLIES = text("""
    select number, count(*) as replies from automatic_reply
     where number = any(:numbers) and at > :since group by number
""")

_COUNT_AUTOMATIC_REPLY = text("""
    with swept as (
      delete from automatic_reply where number = :number and at < :since
    )
    insert into automatic_reply (id, department_id, number, at)
    values (:id, :department_id, :number, :at)
""")


class SqlArrivals(OneTransaction):
    """Who texted, and what is answered by itself; a part of a transaction's `Arrivals`."""

    async def known_inbound(self, inbound_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Which inbound texts are kept already."""
        found = await self._tx.execute(_KNOWN_INBOUND, {"ids": list(inbound_ids)})
        return frozenset(found.scalars())

    async def holdings(self, heard: Sequence[Heard]) -> Mapping[Heard, Sequence[Holding]]:
        """Each client once per text: as they hold the number now, else as they held it last."""
        asked = rows_as_json(one._asdict() for one in heard)
        found = await self._tx.execute(_HOLDINGS, {"heard": asked})
        known: dict[Heard, dict[UUID, Holding]] = defaultdict(dict)
        for row in found:
            known[Heard(row.department_id, row.sender, row.at)].setdefault(
                row.client_id,
                Holding(
                    client_id=row.client_id,
                    conversation_id=row.conversation_id,
                    until=row.until,
                    was_wrong=row.is_wrong,
                    texted_at=row.texted_at,
                    bulk_texted_at=row.bulk_texted_at,
                ),
            )
        return {one: tuple(by_client.values()) for one, by_client in known.items()}

    async def threads_of_senders(
        self, pairs: Iterable[Texted]
    ) -> Mapping[Texted, tuple[UUID, bool]]:
        """The thread of each sender, opened where there is none."""
        wanted = list(pairs)
        threads = await self._threads(wanted) if wanted else {}
        missing = [pair for pair in wanted if pair not in threads]
        if missing:
            rows = [
                {
                    "id": self.new_id(),
                    "assignment_id": self.new_id(),
                    "department_id": pair.department_id,
                    "sender": pair.sender,
                    "sort_name": sort_name("", "", pair.sender),
                    "search_text": search_text((), [pair.sender], None),
                }
                for pair in missing
            ]
            opened = await self._tx.execute(_OPEN, {"rows": rows_as_json(rows), "now": self.now()})
            for row in opened:
                threads[Texted(row.department_id, row.sender)] = (row.id, True)
        # Opened by somebody else in the meantime.
        late = [pair for pair in missing if pair not in threads]
        return {**threads, **(await self._threads(late))} if late else threads

    async def existing_threads_of_senders(self, pairs: Iterable[Texted]) -> Mapping[Texted, UUID]:
        """The threads of unknown senders that have one."""
        threads = await self._threads(list(pairs))
        return {pair: conversation_id for pair, (conversation_id, _) in threads.items()}

    async def _threads(self, pairs: Sequence[Texted]) -> dict[Texted, tuple[UUID, bool]]:
        found = await self._tx.execute(_THREADS, {"pairs": _pairs(pairs)})
        return {Texted(row.department_id, row.sender): (row.id, False) for row in found}

    async def suspect_refusals(self, suspicions: Sequence[Suspicion]) -> None:
        """Ledger rows, and what a person is asked."""
        rows = [
            {
                "id": self.new_id(),
                "department_id": suspicion.department_id,
                "number": suspicion.number,
                "message_id": suspicion.message_id,
                "at": suspicion.at,
            }
            for suspicion in suspicions
        ]
        if rows:
            await self._tx.execute(_SUSPECT, {"rows": rows_as_json(rows)})

    async def voices(self, department_ids: Iterable[UUID]) -> Mapping[UUID, DepartmentVoice]:
        """How these departments answer by themselves."""
        found = await self._tx.execute(_VOICES, {"ids": sorted(department_ids)})
        result = {}
        for row in found:
            settings = settings_of(row.settings)
            result[row.id] = DepartmentVoice(
                name=row.name,
                number=row.number,
                language=settings.language,
                carrier_answers_help=settings.carrier_answers_help,
                office=office_of(settings, row.time_zone),
                automatic_texts={
                    language: {
                        AutomaticText.UNKNOWN_SENDER: replies.unknown_sender,
                        AutomaticText.HELP: replies.help,
                        AutomaticText.OUTSIDE_OFFICE_HOURS: replies.outside_office_hours,
                        AutomaticText.FIRST_TEXT: replies.first_text,
                    }
                    for language, replies in settings.automatic_replies.items()
                },
            )
        return result

    async def automatic_replies(
        self, numbers: Iterable[str], *, since: datetime
    ) -> Mapping[str, int]:
        """How many automatic replies went to each number."""
        found = await self._tx.execute(
            _AUTOMATIC_REPLIES, {"numbers": sorted(numbers), "since": since}
        )
        return Counter({row.number: row.replies for row in found})

    async def count_automatic_reply(self, department_id: UUID, number: str) -> None:
        """One more; what is too old to count goes."""
        now = self.now()
        await self._tx.execute(
            _COUNT_AUTOMATIC_REPLY,
            {
                "id": self.new_id(),
                "department_id": department_id,
                "number": number,
                "at": now,
                "since": now - COUNTED_OVER,
            },
        )


def _pairs(pairs: Sequence[Texted]) -> str:
    return rows_as_json(pair._asdict() for pair in pairs)
