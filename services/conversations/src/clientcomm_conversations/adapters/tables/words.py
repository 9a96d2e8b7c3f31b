"""The words of texts, for searching."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Uuid
from sqlalchemy.dialects.postgresql import TSVECTOR

from clientcomm_conversations.adapters.tables.columns import instant, metadata
from clientcomm_persistence import RecordClass

# Kept by triggers on `message`. A merge moves texts and not their words. `week`: since 1970.
message_words = Table(
    "message_words",
    metadata,
    Column(
        "message_id",
        Uuid(),
        ForeignKey("message.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("department_id", Uuid(), nullable=False),
    Column("at", instant(), nullable=False),
    Column("week", Integer(), nullable=False),
    Column("words", TSVECTOR(), nullable=False),
    info={"record_class": RecordClass.MESSAGES},
)
Index(
    "ix_message_words_words",
    message_words.c.department_id,
    message_words.c.week,
    message_words.c.words,
    postgresql_using="gin",
    # A short list of new entries: whoever merges it in is not kept waiting for long.
    postgresql_with={"gin_pending_list_limit": "512"},
)
