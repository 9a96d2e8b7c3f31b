"""What the tables of all services have in common."""

from enum import StrEnum

from sqlalchemy import MetaData


class RecordClass(StrEnum):
    """Which retention rule a table's rows fall under (rule 6.5); stands in the table's `info`."""

    SETTINGS = "settings"
    STAFF = "staff"
    CLIENTS = "clients"
    MESSAGES = "messages"
    ATTACHMENTS = "attachments"
    CONSENT = "consent"
    DELIVERY = "delivery"
    FACTS = "facts"
    EXPORTS = "exports"
    AUDIT = "audit"


def service_metadata() -> MetaData:
    """For a service's tables, whose constraints are named as its migrations name them."""
    return MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
