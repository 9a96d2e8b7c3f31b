"""One conversation with everything that its page shows, in one round trip."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.conversations.events import DatedNumber
from clientcomm_contracts.conversations.views import (
    ClientView,
    DepartmentView,
    ElsewhereView,
    IntroductionView,
)
from clientcomm_conversations.adapters.department_settings import settings_of
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.adapters.queries.rows import (
    LABELS,
    clients_by_number,
    conversation_row,
    facts_of,
    names_by_number,
    staff_name,
)
from clientcomm_conversations.application.reading import Access, ConversationRecord, Introduction
from clientcomm_conversations.domain.phone_numbers import is_landline
from clientcomm_conversations.domain.quiet_hours import warned_until
from clientcomm_conversations.domain.reply_numbers import KnownNumber, LastInbound

SURVIVOR = """
    with recursive line(id, merged_into) as (
      select id, merged_into from conversation where id = :conversation_id
      union
      select c.id, c.merged_into from line join conversation c on c.id = line.merged_into
    ),
    absorbed(id) as (
      select c.id from line join conversation c on c.merged_into = line.id
       where line.merged_into is null
      union
      select c.id from absorbed join conversation c on c.merged_into = absorbed.id
    )
"""
"""Follows the redirects of merges (rule 2.5): `line` ends in the survivor."""

_ACCESS = """
    c.id, c.department_id, c.assigned_to, c.state, c.sequence,
    coalesce(cl.time_zone, d.time_zone) as time_zone,
    coalesce(nullif(concat_ws(' ', nullif(cl.first_name, ''), cl.last_name), ''), c.sender)
      as title,
    s.full_name as staff_name,
    (select json_agg(id order by id) from absorbed) as absorbed,
    (select json_agg(json_build_array(mine.value,
                       concat_ws(' ', nullif(o.first_name, ''), o.last_name), o.id)
                     order by o.last_name, o.first_name, o.id)
       from client_number mine
       join client_number theirs on theirs.value = mine.value and theirs.until is null
                                and theirs.client_id <> mine.client_id
       join conversation oc on oc.client_id = theirs.client_id
                           and oc.department_id = c.department_id and oc.merged_into is null
       join client o on o.id = theirs.client_id
      where mine.client_id = c.client_id and mine.until is null) as shared
"""

_FROM = """
      from conversation c
      join department d on d.id = c.department_id
      left join client cl on cl.id = c.client_id
      left join staff s on s.id = c.assigned_to
"""

_IS_SURVIVOR = "where c.id = (select id from line where merged_into is null)"

ELSEWHERE = """
    (select json_agg(json_build_array(od.name, os.id, os.full_name, oc.state = 'closed')
                     order by od.name)
       from conversation oc
       join department od on od.id = oc.department_id
       left join staff os on os.id = oc.assigned_to and oc.state <> 'closed'
      where oc.client_id = c.client_id and oc.department_id <> c.department_id
        and oc.merged_into is null) as elsewhere
"""

NUMBERS = """
    (select json_agg(json_build_object('id', n.id, 'value', n.value, 'label', n.label,
                       'since', n.since, 'until', n.until, 'is_primary', n.is_primary,
                       'is_wrong', n.is_wrong,
                       'came_back', exists (select 1 from message m
                                             where m.number_to = n.value
                                               and m.error_code = '30006'))
                     order by (n.until is null) desc, n.is_primary desc, n.since, n.id)
       from client_number n where n.client_id = c.client_id) as numbers
"""

_DATED = frozenset(DatedNumber.model_fields)

# A transfer to somebody who has not written to the client since (rule 2.9).
_INTRODUCTION = """
    (select json_build_object('to_staff_id', a.staff_id, 'from_staff', f.full_name,
                              'since', a.since, 'note', a.note)
       from assignment a
       join lateral (select p.staff_id from assignment p
                      where p.conversation_id = a.conversation_id and p.id <> a.id
                        and p.until = a.since
                      order by p.since desc, p.id desc limit 1) before on true
       join staff f on f.id = before.staff_id
      where a.conversation_id = c.id and a.until is null and a.staff_id <> before.staff_id
        and not exists (select 1 from message m
                         where m.conversation_id = c.id and m.at >= a.since
                           and m.author = 'staff' and m.staff_id = a.staff_id)) as introduction
"""

# Constants of this module put together; no value of a person is part of the text.
_ACCESS_QUERY = text(f"{SURVIVOR} select {_ACCESS} {_FROM} {_IS_SURVIVOR}")

_CONVERSATION_QUERY = text(
    f"""{SURVIVOR}
    select {_ACCESS}, {NUMBERS}, {ELSEWHERE}, {_INTRODUCTION}, {LABELS},
           c.client_id, c.notes, c.consent_how, c.sender as texted_by, c.read_up_to,
           c.last_inbound_number, c.last_inbound_was_former,
           cl.first_name as client_first_name, cl.last_name as client_last_name,
           cl.language as client_language, cl.id_number as client_id_number,
           cl.time_zone as client_zone,
           d.name as department_name, d.time_zone as department_zone,
           d.is_closed as is_department_closed, dn.value as department_number,
           (select json_agg(oo.number) from opt_out oo
             where oo.department_id = c.department_id and oo.is_opted_out
               and oo.number in (select n.value from client_number n
                                  where n.client_id = c.client_id
                                  union all select c.sender)) as opted_out,
           sm.conversation_id, sm.first_name, sm.last_name, sm.sender, sm.unread_count,
           sm.has_delivery_problem, sm.last_contact_at, sm.last_text, sm.last_text_direction,
           sm.last_text_at, sm.last_inbound_at, d.settings as department_settings,
           sm.next_appointment_at, sm.scheduled_count, sm.language,
           sm.id_number, sm.primary_number, sm.is_opted_out
    {_FROM}
      join conversation_summary sm on sm.conversation_id = c.id
      left join department_number dn on dn.department_id = c.department_id and dn.until is null
      left join status st on st.id = sm.status_id
      left join category ca on ca.id = sm.category_id
    {_IS_SURVIVOR}
    """  # noqa: S608 - constants
)


async def access(tx: Executes, conversation_id: UUID) -> Access | None:
    """What permission needs; redirects followed."""
    found = await tx.execute(_ACCESS_QUERY, {"conversation_id": conversation_id})
    row = found.mappings().one_or_none()
    return _access(row) if row else None


async def conversation(
    tx: Executes, conversation_id: UUID, now: datetime
) -> ConversationRecord | None:
    """All that the page shows; redirects followed."""
    found = await tx.execute(_CONVERSATION_QUERY, {"conversation_id": conversation_id})
    row = found.mappings().one_or_none()
    return _record(row, now) if row else None


def client_view(row: Mapping[Any, Any]) -> ClientView:
    """The client of a row that has the client's columns, `numbers` and `elsewhere`."""
    numbers: Sequence[Mapping[str, Any]] = row["numbers"] or ()
    return ClientView(
        id=row["client_id"],
        first_name=row["client_first_name"],
        last_name=row["client_last_name"],
        language=row["client_language"],
        time_zone=row["time_zone"],
        has_own_zone=row["client_zone"] is not None,
        id_number=row["client_id_number"],
        numbers=tuple(
            DatedNumber.model_validate({name: number[name] for name in number.keys() & _DATED})
            for number in numbers
        ),
        landlines=tuple(
            UUID(number["id"])
            for number in numbers
            if number["until"] is None and (number["came_back"] or is_landline(number["value"]))
        ),
        conversation_id=row["id"],
        department_id=row["department_id"],
        notes=row["notes"],
        consent_how=row["consent_how"],
        elsewhere=tuple(
            ElsewhereView(
                department_name=name,
                assigned_to=staff_name(staff and UUID(staff), full_name),
                is_closed=is_closed,
            )
            for name, staff, full_name, is_closed in row["elsewhere"] or ()
        ),
    )


def _access(row: Mapping[Any, Any]) -> Access:
    return Access(
        conversation_id=row["id"],
        facts=facts_of(row),
        sequence=row["sequence"],
        time_zone=row["time_zone"],
        title=row["title"],
        assigned_to=staff_name(row["assigned_to"], row["staff_name"]),
        absorbed=tuple(UUID(absorbed) for absorbed in row["absorbed"] or ()),
        shared=names_by_number(row["shared"]),
        sharers=clients_by_number(row["shared"]),
    )


def _record(row: Mapping[Any, Any], now: datetime) -> ConversationRecord:
    inbound = row["last_inbound_number"]
    return ConversationRecord(
        access=_access(row),
        row=conversation_row(row),
        client=client_view(row) if row["client_id"] else None,
        department=DepartmentView(
            id=row["department_id"],
            department_name=row["department_name"],
            number=row["department_number"],
            time_zone=row["department_zone"],
        ),
        numbers=_numbers(row),
        last_inbound=LastInbound(inbound, row["last_inbound_was_former"]) if inbound else None,
        opted_out=frozenset(row["opted_out"] or ()),
        read_up_to=row["read_up_to"],
        introduction=_introduction(row["introduction"]),
        quiet_until=warned_until(
            settings_of(row["department_settings"]).quiet_hours,
            time_zone=row["time_zone"],
            last_inbound_at=row["last_inbound_at"],
            now=now,
        ),
        is_department_closed=row["is_department_closed"],
    )


def _introduction(found: Mapping[str, Any] | None) -> Introduction | None:
    if found is None:
        return None
    shown = {name: found[name] for name in ("from_staff", "since", "note")}
    return Introduction(UUID(found["to_staff_id"]), IntroductionView.model_validate(shown))


def _numbers(row: Mapping[Any, Any]) -> tuple[KnownNumber, ...]:
    if not row["client_id"]:
        sender = row["texted_by"]
        return (KnownNumber(None, sender, "", is_primary=True, is_current=True),)
    return tuple(
        KnownNumber(
            id=UUID(number["id"]),
            value=number["value"],
            label=number["label"],
            is_primary=number["is_primary"],
            is_current=number["until"] is None,
        )
        for number in row["numbers"] or ()
    )
