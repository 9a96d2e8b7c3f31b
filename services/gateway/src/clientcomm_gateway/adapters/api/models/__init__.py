"""What the API takes and gives; names as in interfaces.md."""

from clientcomm_gateway.adapters.api.models.basics import Answer, Input, LabelRef, Page, StaffRef
from clientcomm_gateway.adapters.api.models.clients import (
    AddedClientAnswer,
    Client,
    ClientChanges,
    ClientNumber,
    ClientRef,
    Elsewhere,
    ListedClient,
    NewClient,
)
from clientcomm_gateway.adapters.api.models.conversations import (
    Assignment,
    Conversation,
    ConversationDetail,
    ReadPosition,
    ReadUpTo,
    ReplyTo,
)
from clientcomm_gateway.adapters.api.models.exports import Export, NewExport
from clientcomm_gateway.adapters.api.models.mass_messages import (
    MassMessage,
    NewMassMessage,
    Skipped,
)
from clientcomm_gateway.adapters.api.models.messages import (
    AttachmentRef,
    Message,
    MessageError,
    NewMessage,
    Resending,
)
from clientcomm_gateway.adapters.api.models.people import Department, Me, RoleHeld, Staff
from clientcomm_gateway.adapters.api.models.scheduled_messages import (
    NewScheduledMessage,
    ScheduledMessage,
    ScheduledMessageChanges,
)

__all__ = [
    "AddedClientAnswer",
    "Answer",
    "Assignment",
    "AttachmentRef",
    "Client",
    "ClientChanges",
    "ClientNumber",
    "ClientRef",
    "Conversation",
    "ConversationDetail",
    "Department",
    "Elsewhere",
    "Export",
    "Input",
    "LabelRef",
    "ListedClient",
    "MassMessage",
    "Me",
    "Message",
    "MessageError",
    "NewClient",
    "NewExport",
    "NewMassMessage",
    "NewMessage",
    "NewScheduledMessage",
    "Page",
    "ReadPosition",
    "ReadUpTo",
    "ReplyTo",
    "Resending",
    "RoleHeld",
    "ScheduledMessage",
    "ScheduledMessageChanges",
    "Skipped",
    "Staff",
    "StaffRef",
]
