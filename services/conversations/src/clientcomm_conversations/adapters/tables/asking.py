"""Who asked for whose conversation, so that nobody is asked twice a day (rule 2.4)."""

from sqlalchemy import Column, ForeignKey, Table, Uuid

from clientcomm_conversations.adapters.tables.columns import instant, metadata
from clientcomm_persistence import RecordClass

transfer_asked = Table(
    "transfer_asked",
    metadata,
    Column("conversation_id", Uuid(), ForeignKey("conversation.id"), primary_key=True),
    Column("asked_by", Uuid(), ForeignKey("staff.id"), primary_key=True),
    Column("asked_of", Uuid(), ForeignKey("staff.id"), nullable=False),
    Column("asked_at", instant(), nullable=False),
    info={"record_class": RecordClass.CLIENTS},
)
