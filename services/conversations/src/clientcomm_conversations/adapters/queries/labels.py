"""Labels of departments, and whose follow-up is due (rule 2.12)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select, text
from sqlalchemy import literal_column as verbatim

from clientcomm_contracts.conversations.labels import FollowUpView, LabelsReply, OfferedLabel
from clientcomm_contracts.conversations.views import LabelView
from clientcomm_conversations.adapters.queries.executing import Executes
from clientcomm_conversations.adapters.tables.conversations import (
    LAST_CONTACT_OR_NEVER,
    conversation,
    conversation_summary,
)
from clientcomm_conversations.adapters.tables.departments import status
from clientcomm_conversations.domain.permissions import Reach

_summary = conversation_summary.c
_DUE_AHEAD = timedelta(days=5)
_MOST_DUE = 1_000

_LABELS = text("""
    select kind, id, department_id, name, colour, follow_up_days, is_default
      from (
        select 'status' as kind, id, department_id, name, colour, follow_up_days,
               false as is_default, place from status where is_offered
        union all
        select 'category', id, department_id, name, colour, null, false, place
          from category where is_offered
        union all
        select 'outcome', id, department_id, name, '', null, is_default, place
          from outcome where is_offered) as offered
     where :everywhere or department_id = any(cast(:departments as uuid[]))
     order by place, lower(name), id
""")


async def labels(tx: Executes, reach: Reach) -> LabelsReply:
    """What these departments offer."""
    found = await tx.execute(
        _LABELS, {"everywhere": reach.everywhere, "departments": list(reach.departments)}
    )
    by_kind: dict[str, list[OfferedLabel]] = {"status": [], "category": [], "outcome": []}
    for row in found:
        by_kind[row.kind].append(
            OfferedLabel(
                id=row.id,
                department_id=row.department_id,
                label=row.name,
                colour=row.colour,
                follow_up_days=row.follow_up_days,
                is_default=row.is_default,
            )
        )
    return LabelsReply(
        statuses=tuple(by_kind["status"]),
        categories=tuple(by_kind["category"]),
        outcomes=tuple(by_kind["outcome"]),
    )


async def follow_ups(tx: Executes, staff_id: UUID, now: datetime) -> tuple[FollowUpView, ...]:
    """Statuses of one's own clients with how many are due, in the lists' order."""
    count = func.count().label("due")
    counted = _due(select(_summary.status_id, count), staff_id, now)
    due = counted.group_by(_summary.status_id).subquery()
    columns = (status.c.id, status.c.name, status.c.colour, due.c.due)
    found = await tx.execute(
        select(*columns)
        .join(due, due.c.status_id == status.c.id)
        .order_by(status.c.place, func.lower(status.c.name), status.c.id)
    )
    return tuple(
        FollowUpView(status=LabelView(id=row.id, label=row.name, colour=row.colour), due=row.due)
        for row in found
    )


async def due(tx: Executes, staff_id: UUID, status_id: UUID, now: datetime) -> tuple[UUID, ...]:
    """One's own clients of a status who are due."""
    chosen = _due(select(_summary.conversation_id), staff_id, now)
    found = await tx.execute(
        chosen.where(_summary.status_id == status_id)
        .order_by(verbatim(LAST_CONTACT_OR_NEVER), _summary.conversation_id)
        .limit(_MOST_DUE)
    )
    return tuple(found.scalars())


def is_due(now: datetime) -> ColumnElement[bool]:
    """Rule 2.12: the last contact is older than the status's days less five.

    Who was never in contact is due as if they had been on the day on which they were added.
    """
    follow_up = func.make_interval(0, 0, 0, status.c.follow_up_days)
    latest = literal(now + _DUE_AHEAD) - follow_up
    added = conversation.alias("added")
    is_late = exists().where(
        status.c.id == _summary.status_id,
        status.c.follow_up_days.is_not(None),
        verbatim(LAST_CONTACT_OR_NEVER) < latest,
        or_(
            _summary.last_contact_at.is_not(None),
            exists()
            .where(added.c.id == _summary.conversation_id, added.c.opened_at < latest)
            .correlate_except(added),
        ),
    )
    return _summary.status_id.is_not(None) & is_late


def _due(
    columns: Select[tuple[object, ...]], staff_id: UUID, now: datetime
) -> Select[tuple[object, ...]]:
    is_open = _summary.state == verbatim("'open'")
    return columns.where(_summary.assigned_to == staff_id, is_open, is_due(now))
