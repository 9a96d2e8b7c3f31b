"""What all tables of conversations share: one metadata, names of constraints, kinds of columns."""

from enum import StrEnum

from sqlalchemy import Column, DateTime, MetaData, Uuid

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class RecordClass(StrEnum):
    """Which retention rule a table's rows fall under (rule 6.5)."""

    SETTINGS = "settings"
    STAFF = "staff"
    CLIENTS = "clients"
    MESSAGES = "messages"
    ATTACHMENTS = "attachments"
    CONSENT = "consent"
    DELIVERY = "delivery"
    FACTS = "facts"


def record_class(which: RecordClass) -> dict[str, str]:
    """What a table declares in its `info`."""
    return {"record_class": which.value}


def instant() -> DateTime:
    """A point in time, kept in UTC."""
    return DateTime(timezone=True)


def own_id() -> Column[object]:
    """The table's key: a UUIDv7 made by the service."""
    return Column("id", Uuid(), primary_key=True)
