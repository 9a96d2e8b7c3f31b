"""The gateway's tables; each says which retention rule its rows fall under (rule 6.5)."""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from clientcomm_persistence import RecordClass, reliable_tables, service_metadata

metadata = service_metadata()
reliable = reliable_tables(metadata)


def _instant() -> DateTime:
    return DateTime(timezone=True)


account = Table(
    "account",
    metadata,
    Column("staff_id", Uuid(), primary_key=True),
    Column("email", Text, nullable=False),
    Column("full_name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("chosen_language", Text),
    Column("is_active", Boolean, nullable=False),
    Column("roles", JSONB, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("deactivations", Integer, nullable=False, server_default=text("0")),
    Column("password_hash", Text),
    Column("password_changed_at", _instant()),
    info={"record_class": RecordClass.STAFF},
)
Index("ix_account_email", func.lower(account.c.email))

session = Table(
    "session",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("token_hash", LargeBinary, nullable=False),
    Column("staff_id", Uuid(), nullable=False),
    Column("began_at", _instant(), nullable=False),
    Column("last_seen_at", _instant(), nullable=False),
    Column("ended_at", _instant()),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    info={"record_class": RecordClass.STAFF},
)
Index("uq_session_token_hash", session.c.token_hash, unique=True)
Index("ix_session_staff_id", session.c.staff_id, postgresql_where=session.c.ended_at.is_(None))
Index("ix_session_last_seen_at", session.c.last_seen_at)

known_device = Table(
    "known_device",
    metadata,
    Column("device_hash", LargeBinary, primary_key=True),
    Column("staff_id", Uuid(), primary_key=True),
    Column("first_at", _instant(), nullable=False),
    Column("last_at", _instant(), nullable=False),
    info={"record_class": RecordClass.STAFF},
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", _instant(), nullable=False),
    info={"record_class": RecordClass.STAFF},
)
Index("ix_sign_in_attempt_last_at", sign_in_attempt.c.last_at)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("token_hash", LargeBinary, nullable=False),
    Column("staff_id", Uuid(), nullable=False),
    Column("title", Text, nullable=False),
    Column("created_at", _instant(), nullable=False),
    Column("expires_at", _instant()),
    Column("last_used_at", _instant()),
    Column("ended_at", _instant()),
    info={"record_class": RecordClass.STAFF},
)
Index("uq_api_token_token_hash", api_token.c.token_hash, unique=True)
Index(
    "ix_api_token_staff_id", api_token.c.staff_id, postgresql_where=api_token.c.ended_at.is_(None)
)

mail = Table(
    "mail",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("staff_id", Uuid(), nullable=False),
    Column("kind", Text, nullable=False),
    Column("department_id", Uuid()),
    Column("conversation_id", Uuid()),
    Column("details", JSONB, nullable=False),
    Column("created_at", _instant(), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", _instant()),
    Column("sent_at", _instant()),
    Column("given_up_because", Text),
    info={"record_class": RecordClass.STAFF},
)
"""E-mails to staff; `next_at` is when to try, or until when a lease holds, and empty at the end."""
Index("ix_mail_next_at", mail.c.next_at, postgresql_where=mail.c.next_at.is_not(None))
Index("ix_mail_created_at", mail.c.created_at)

one_time_link = Table(
    "one_time_link",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("staff_id", Uuid(), nullable=False),
    Column("kind", Text, nullable=False),
    Column("made_at", _instant(), nullable=False),
    Column("expires_at", _instant(), nullable=False),
    Column("used_at", _instant()),
    info={"record_class": RecordClass.STAFF},
)
Index("ix_one_time_link_staff_id", one_time_link.c.staff_id, one_time_link.c.kind)
Index("ix_one_time_link_expires_at", one_time_link.c.expires_at)

transcript_export = Table(
    "transcript_export",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("staff_id", Uuid(), nullable=False),
    Column("conversation_id", Uuid(), nullable=False),
    Column("format", Text, nullable=False),
    Column("since", _instant()),
    Column("until", _instant()),
    Column("created_at", _instant(), nullable=False),
    info={"record_class": RecordClass.EXPORTS},
)

audit_entry = Table(
    "entry",
    metadata,
    Column("at", _instant(), nullable=False),
    Column("deed", Text, nullable=False),
    Column("staff_id", Uuid()),
    Column("token_id", Uuid()),
    Column("subject_ids", ARRAY(Uuid()), nullable=False),
    Column("address", Text, nullable=False),
    Column("correlation_id", Text),
    Column("details", JSONB, nullable=False),
    schema="audit",
    implicit_returning=False,
    info={"record_class": RecordClass.AUDIT},
)
"""As its writer knows it: the runtime role may insert and nothing else, so no statement may ask for
what it inserted, and the position is the database's alone."""
