"""What was told, in the order in which it was told; written by a trigger of the outbox."""

from sqlalchemy import BigInteger, Column, Identity, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from clientcomm_conversations.adapters.tables.columns import metadata
from clientcomm_persistence import RecordClass

# `facts` is the event's body without the text's, which is kept once, with the text.
fact = Table(
    "fact",
    metadata,
    Column("position", BigInteger(), Identity(), primary_key=True),
    Column("event_id", Uuid(), nullable=False),
    Column("name", Text(), nullable=False),
    Column("facts", JSONB(), nullable=False),
    info={"record_class": RecordClass.FACTS},
)
