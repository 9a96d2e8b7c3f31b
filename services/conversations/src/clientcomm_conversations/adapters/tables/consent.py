"""Who opted out of which department, the ledger behind it, and the loop breaker's count."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, Uuid, text

from clientcomm_conversations.adapters.tables.columns import instant, metadata, own_id
from clientcomm_persistence import RecordClass

# Append-only. `what`: opted_out, opted_in, consent_given, refusal_suspected, refusal_dismissed.
opt_out_ledger = Table(
    "opt_out_ledger",
    metadata,
    own_id(),
    Column("department_id", Uuid(), nullable=False),
    Column("number", Text(), nullable=False),
    Column("what", Text(), nullable=False),
    Column("how", Text(), nullable=False),
    Column("by_staff_id", Uuid()),
    Column("client_id", Uuid()),
    Column("message_id", Uuid()),
    Column("at", instant(), nullable=False),
    info={"record_class": RecordClass.CONSENT},
)
Index(
    "ix_opt_out_ledger_department_id_number",
    opt_out_ledger.c.department_id,
    opt_out_ledger.c.number,
    opt_out_ledger.c.at,
)

opt_out = Table(
    "opt_out",
    metadata,
    Column("department_id", Uuid(), ForeignKey("department.id"), primary_key=True),
    Column("number", Text(), primary_key=True),
    Column("is_opted_out", Boolean(), nullable=False),
    # Of the event from sms that was applied last.
    Column("sequence", Integer(), nullable=False, server_default=text("0")),
    Column("since", instant(), nullable=False),
    # A text that reads like a refusal, until a person answers (rule 3.7).
    Column("suspected_message_id", Uuid()),
    Column("suspected_at", instant()),
    info={"record_class": RecordClass.CONSENT},
)

# What the loop breaker counts (rule 3.8); rows older than an hour are swept.
automatic_reply = Table(
    "automatic_reply",
    metadata,
    own_id(),
    Column("department_id", Uuid(), nullable=False),
    Column("number", Text(), nullable=False),
    Column("at", instant(), nullable=False),
    info={"record_class": RecordClass.DELIVERY},
)
Index("ix_automatic_reply_number_at", automatic_reply.c.number, automatic_reply.c.at)
