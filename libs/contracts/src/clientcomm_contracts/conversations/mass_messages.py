"""What the gateway asks about one text to many (rule 3.11)."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.conversations.views import MassMessageView
from clientcomm_contracts.people import Asker, RepeatKey
from clientcomm_contracts.values import MessageText


class MassMessageReply(Reply):
    """A mass message, or what one would be when it is a preview."""

    mass_message: MassMessageView
    is_preview: bool = False


class SendMassMessage(Request[MassMessageReply]):
    """One text to many conversations, each in its own thread (rule 3.11), once per key."""

    name: ClassVar[str] = "conversations.mass_message.send.v1"
    pace: ClassVar[str] = "slow"

    asker: Asker
    repeat_key: RepeatKey | None = None
    conversation_ids: tuple[UUID, ...] = Field(min_length=1, max_length=50_000)
    body: MessageText = Field(min_length=1)
    is_preview: bool = False


class GetMassMessage(Request[MassMessageReply]):
    """A mass message of the asker, or of a department that they supervise."""

    name: ClassVar[str] = "conversations.mass_message.get.v1"

    asker: Asker
    mass_message_id: UUID


class StopMassMessage(Request[MassMessageReply]):
    """The rest is not sent."""

    name: ClassVar[str] = "conversations.mass_message.stop.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    mass_message_id: UUID
