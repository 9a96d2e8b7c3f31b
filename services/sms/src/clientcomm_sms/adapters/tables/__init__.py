"""The tables of sms; each names its record class (rule 6.5)."""

from sqlalchemy import MetaData

from clientcomm_persistence import reliable_tables

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMES)
reliable = reliable_tables(metadata)
