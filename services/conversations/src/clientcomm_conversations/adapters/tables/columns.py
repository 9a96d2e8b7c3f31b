"""What all tables of conversations share: one metadata, names of constraints, kinds of columns."""

from sqlalchemy import Column, DateTime, Uuid

from clientcomm_persistence import service_metadata

metadata = service_metadata()


def instant() -> DateTime:
    """A point in time, kept in UTC."""
    return DateTime(timezone=True)


def own_id() -> Column[object]:
    """The table's key: a UUIDv7 made by the service."""
    return Column("id", Uuid(), primary_key=True)
