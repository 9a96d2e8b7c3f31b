"""What the gateway asks about single texts: sent, sent again, shown."""

from typing import ClassVar
from uuid import UUID

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.conversations.views import MessageView
from clientcomm_contracts.people import Asker, RepeatKey
from clientcomm_contracts.values import MessageText


class MessageReply(Reply):
    """One message."""

    message: MessageView


class SendMessage(Request[MessageReply]):
    """A person's text to the client, once per key.

    `unless_quiet`: refused as conflict with code `quiet_hours` while it is night for the client
    (rule 3.9) and they did not text in the last 10 minutes; who may go on asks without it.
    """

    name: ClassVar[str] = "conversations.message.send.v1"

    asker: Asker
    repeat_key: RepeatKey
    conversation_id: UUID
    body: MessageText
    to_number_id: UUID | None = None
    attachment_ids: tuple[UUID, ...] = ()
    unless_quiet: bool = False


class ResendMessage(Request[MessageReply]):
    """A failed text again, as a new message that names the old one (rule 3.2).

    `unless_quiet`: as of a text that is written by hand.
    """

    name: ClassVar[str] = "conversations.message.resend.v1"

    asker: Asker
    repeat_key: RepeatKey
    message_id: UUID
    unless_quiet: bool = False


class GetMessage(Request[MessageReply]):
    """One message of a conversation that the asker may read."""

    name: ClassVar[str] = "conversations.message.get.v1"

    asker: Asker
    message_id: UUID
