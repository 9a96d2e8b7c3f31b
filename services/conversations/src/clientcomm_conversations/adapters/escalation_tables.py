"""Conversations whose texts wait too long to be read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from clientcomm_conversations.adapters.department_settings import office_of, settings_of
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.adapters.queries.supervisors import supervisors
from clientcomm_conversations.application.escalate_unread import Overdue, Watch
from clientcomm_conversations.domain.permissions import TABLE, Relation, Right

_DEPARTMENTS = text("""
    select d.id, d.settings, d.time_zone from department d
     where not d.is_closed
       and exists (select 1 from conversation_summary s
                    where s.department_id = d.id and s.is_unread)
     order by d.id
""")

# A cover reads in departments where they hold one of these roles, and in no other.
_MAY_COVER = [
    role.value for role, rights in TABLE.items() if Relation.COVERING in rights.get(Right.READ, ())
]

# Whoever reads a text just now holds the conversation; the next round looks again.
_TAKE = text("""
    with waiting as (
      select c.id, m.id as message_id, m.at, c.assigned_to, s.first_name, s.last_name
        from conversation_summary s
        join conversation c on c.id = s.conversation_id
        cross join lateral (
          select id, at from message
           where conversation_id = c.id and direction = 'inbound'
             and at > cast(:after as timestamptz) and at <= cast(:before as timestamptz)
           order by at desc, id desc limit 1) as m
       where s.department_id = :department_id and s.is_unread
         and s.state in ('open', 'unassigned')
         and s.last_inbound_at > cast(:after as timestamptz)
         and (c.read_up_to is null or (m.at, m.id) > (c.read_up_to, c.read_up_to_id))
         and (c.escalated_at is null or m.at > c.escalated_at)
       order by c.id
       limit :most
         for update of c skip locked
    ), told as (
      update conversation c set escalated_at = w.at from waiting w where c.id = w.id
    )
    select w.id, w.message_id, w.first_name, w.last_name, a.full_name as assigned,
           array(select distinct v.covered_by from coverage v
                   join staff cs on cs.id = v.covered_by and cs.is_active
                  where exists (select 1 from staff_role r
                                 where r.staff_id = cs.id and r.role = any(:may_cover)
                                   and (r.department_id is null
                                        or r.department_id = :department_id))
                    and v.staff_id = w.assigned_to and v.ended_at is null
                    and v.since <= :now and v.until > :now) as covers
      from waiting w left join staff a on a.id = w.assigned_to
     order by w.id
""")


class EscalationTables:
    """`application.escalate_unread.EscalationStore` on one transaction."""

    def __init__(self, tx: Executes, now: datetime) -> None:
        self._tx = tx
        self._now = now

    async def take_overdue(
        self, department_id: UUID, *, before: datetime, after: datetime, most: int
    ) -> Sequence[Overdue]:
        found = await self._tx.execute(
            _TAKE,
            {
                "department_id": department_id,
                "before": before,
                "after": after,
                "most": most,
                "now": self._now,
                "may_cover": _MAY_COVER,
            },
        )
        return [
            Overdue(
                conversation_id=row.id,
                message_id=row.message_id,
                client=f"{row.first_name} {row.last_name[:1]}".strip(),
                assigned=row.assigned or "",
                covers=tuple(row.covers),
            )
            for row in found
        ]

    async def supervisors(self, department_id: UUID) -> Sequence[UUID]:
        return await supervisors(self._tx, department_id)


async def watches(tx: Executes) -> Sequence[Watch]:
    """Departments that have unread texts and a limit for them."""
    found = [(row, settings_of(row.settings)) for row in await tx.execute(_DEPARTMENTS)]
    return [
        Watch(
            department_id=row.id,
            office=office_of(settings, row.time_zone),
            limit=timedelta(minutes=settings.escalate_after_minutes),
        )
        for row, settings in found
        if settings.escalate_after_minutes
    ]
