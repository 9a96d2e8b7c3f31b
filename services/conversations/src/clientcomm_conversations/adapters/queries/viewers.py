"""Unread counts, and who may see a conversation; both asked for live updates."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.values import Role
from clientcomm_conversations.adapters.queries.conversation import SURVIVOR
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.domain.permissions import TABLE, Relation, Right, StaffRights, reach

_UNREAD = text(
    """
    select (select count(*) from conversation_summary
             where assigned_to = any(cast(:mine as uuid[])) and is_unread and state = 'open'
               and (:carried_everywhere
                    or department_id = any(cast(:carried as uuid[]))))
         + (select count(*) from conversation_summary
             where state = 'unassigned' and is_unread
               and (:inbox_everywhere or department_id = any(cast(:inbox as uuid[]))))
    """
)

# The roles of each relation come from the permission table. A viewer's own unread conversations
# are those whose read position they move (rule 3.10).
_VIEWERS = text(
    f"""{SURVIVOR},
    subject as (
      select c.department_id, c.assigned_to, c.state from conversation c
       where c.id = (select id from line where merged_into is null)
    ),
    cover as (
      select distinct v.covered_by, v.staff_id from coverage v
       where v.covered_by = any(cast(:staff_ids as uuid[]))
         and v.since <= :now and v.until > :now and v.ended_at is null
    ),
    viewer as (
      select distinct s.id
        from subject
        join staff s on s.id = any(cast(:staff_ids as uuid[])) and s.is_active
        join staff_role r on r.staff_id = s.id
                         and (r.department_id is null or r.department_id = subject.department_id)
       where r.role = any(case
               when subject.assigned_to = s.id then cast(:assigned as text[])
               when subject.assigned_to is null and subject.state <> 'closed'
                 then cast(:unassigned as text[])
               when exists (select 1 from cover where cover.covered_by = s.id
                                                  and cover.staff_id = subject.assigned_to)
                 then cast(:covering as text[])
               else cast(:colleagues as text[]) end)
    ),
    holder as (
      select viewer.id as viewer_id, viewer.id from viewer
      union
      select viewer.id, cover.staff_id from viewer join cover on cover.covered_by = viewer.id
    ),
    keeper as (
      select distinct viewer.id as viewer_id, d.id as department_id
        from viewer
        join staff_role r on r.staff_id = viewer.id
                         and r.role = any(cast(:inbox_keepers as text[]))
        join department d on r.department_id is null or r.department_id = d.id
    )
    select viewer.id,
           (select count(*)
              from holder
              join conversation_summary sm on sm.assigned_to = holder.id
                                          and sm.is_unread and sm.state = 'open'
             where holder.viewer_id = viewer.id
               and exists (select 1 from staff_role r
                            where r.staff_id = viewer.id
                              and r.role = any(cast(:carriers as text[]))
                              and (r.department_id is null
                                   or r.department_id = sm.department_id)))
         + (select count(*)
              from keeper
              join conversation_summary sm on sm.department_id = keeper.department_id
                                          and sm.is_unread and sm.state = 'unassigned'
             where keeper.viewer_id = viewer.id) as unread
      from viewer
    """  # noqa: S608 - a constant of the module that follows redirects
)


def _roles(right: Right, relation: Relation) -> list[str]:
    return [role.value for role in Role if relation in TABLE[role].get(right, ())]


async def unread_conversations(tx: Executes, rights: StaffRights) -> int:
    """How many conversations wait unread whose read position this person moves (rule 3.10)."""
    carried = reach(rights, Right.MARK_READ, Relation.ASSIGNED)
    inbox = reach(rights, Right.MARK_READ, Relation.UNASSIGNED)
    found = await tx.execute(
        _UNREAD,
        {
            "mine": [rights.staff_id, *rights.covers],
            "carried_everywhere": carried.everywhere,
            "carried": list(carried.departments),
            "inbox_everywhere": inbox.everywhere,
            "inbox": list(inbox.departments),
        },
    )
    return int(found.scalar_one())


async def viewers(
    tx: Executes, conversation_id: UUID, staff_ids: Sequence[UUID], now: datetime
) -> Mapping[UUID, int]:
    """Those of these staff who may read the conversation, with their own unread counts."""
    found = await tx.execute(
        _VIEWERS,
        {
            "conversation_id": conversation_id,
            "staff_ids": list(staff_ids),
            "now": now,
            "carriers": _roles(Right.MARK_READ, Relation.ASSIGNED),
            "inbox_keepers": _roles(Right.MARK_READ, Relation.UNASSIGNED),
            **{str(relation): _roles(Right.READ, relation) for relation in Relation},
        },
    )
    return {row.id: row.unread for row in found}
