"""Rows of the list's table as the views that they stand for."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from clientcomm_contracts.conversations.views import (
    ClientName,
    ConversationRow,
    LabelView,
    StaffName,
)
from clientcomm_contracts.values import ConversationState
from clientcomm_conversations.domain.permissions import ConversationFacts

LABELS = """
    st.id as status_id, st.name as status_name, st.colour as status_colour,
    ca.id as category_id, ca.name as category_name, ca.colour as category_colour
"""
"""Columns that a row's labels are read from, of `status` as st and `category` as ca."""


def conversation_row(row: Mapping[Any, Any]) -> ConversationRow:
    """A row of `conversation_summary` joined with `staff_name`, `sequence` and labels."""
    return ConversationRow(
        id=row["conversation_id"],
        department_id=row["department_id"],
        client_id=row["client_id"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        sender=row["sender"],
        assigned_to=staff_name(row["assigned_to"], row["staff_name"]),
        state=row["state"],
        unread_count=row["unread_count"],
        has_delivery_problem=row["has_delivery_problem"],
        last_contact_at=row["last_contact_at"],
        last_text=row["last_text"],
        last_text_direction=row["last_text_direction"],
        last_text_at=row["last_text_at"],
        next_appointment_at=row["next_appointment_at"],
        scheduled_count=row["scheduled_count"],
        sequence=row["sequence"],
        language=row["language"],
        id_number=row["id_number"],
        primary_number=row["primary_number"],
        is_opted_out=row["is_opted_out"],
        status=_label(row, "status"),
        category=_label(row, "category"),
    )


def _label(row: Mapping[Any, Any], which: str) -> LabelView | None:
    if row[f"{which}_id"] is None:
        return None
    return LabelView(
        id=row[f"{which}_id"], label=row[f"{which}_name"], colour=row[f"{which}_colour"]
    )


def facts_of(row: Mapping[Any, Any]) -> ConversationFacts:
    """What permissions depend on, from a row that has these three columns."""
    return ConversationFacts(
        department_id=row["department_id"],
        assigned_to=row["assigned_to"],
        state=ConversationState(row["state"]),
    )


def staff_name(staff_id: UUID | None, full_name: str | None) -> StaffName | None:
    """Whom to name, if anybody."""
    return StaffName(id=staff_id, full_name=full_name or "") if staff_id else None


def names_by_number(shared: list[list[str]] | None) -> dict[str, tuple[str, ...]]:
    """Number, client's name and id, gathered by number: the names."""
    names: dict[str, tuple[str, ...]] = {}
    for number, name, _ in shared or ():
        names[number] = (*names.get(number, ()), name)
    return names


def clients_by_number(shared: list[list[str]] | None) -> dict[str, tuple[ClientName, ...]]:
    """The same with the clients' ids."""
    clients: dict[str, tuple[ClientName, ...]] = {}
    for number, name, client_id in shared or ():
        one = ClientName(id=UUID(client_id), full_name=name)
        clients[number] = (*clients.get(number, ()), one)
    return clients
