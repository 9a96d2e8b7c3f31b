"""Tables of conversations: one module per subject, one metadata."""

from clientcomm_conversations.adapters.tables import (
    asking,
    clients,
    consent,
    conversations,
    departments,
    facts,
    mass_messages,
    messages,
    staff,
    words,
)
from clientcomm_conversations.adapters.tables.columns import metadata

__all__ = [
    "asking",
    "clients",
    "consent",
    "conversations",
    "departments",
    "facts",
    "mass_messages",
    "messages",
    "metadata",
    "staff",
    "words",
]
