"""Who watches over a department."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from clientcomm_conversations.adapters.queries.executing import Executes

_SUPERVISORS = text("""
    with held as (
      select distinct s.id, r.department_id is not null as is_here
        from staff_role r join staff s on s.id = r.staff_id and s.is_active
       where r.role = 'supervisor'
         and (r.department_id is null or r.department_id = :department_id)
    )
    select distinct id from held where is_here or not exists (select 1 from held where is_here)
     order by id
""")


async def supervisors(tx: Executes, department_id: UUID) -> Sequence[UUID]:
    """Active supervisors of the department, else those of the organisation."""
    found = await tx.execute(_SUPERVISORS, {"department_id": department_id})
    return list(found.scalars())
