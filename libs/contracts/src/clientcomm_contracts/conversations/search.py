"""What the gateway asks about the words of texts (rule 2.14)."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from clientcomm_contracts.contract import Contract, Reply, Request
from clientcomm_contracts.conversations.reading import Box
from clientcomm_contracts.conversations.views import StaffName
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import ConversationState, Direction, PersonalText, Sender


class SnippetPart(Contract):
    """A piece of a text; `is_found` where it is one of the words that were looked for."""

    text: PersonalText
    is_found: bool = False


class FoundText(Contract):
    """A text in which all words were found, the part around them, and whose conversation it is."""

    message_id: UUID
    conversation_id: UUID
    department_id: UUID
    direction: Direction
    at: AwareDatetime
    staff: StaffName | None
    snippet: tuple[SnippetPart, ...]
    client_id: UUID | None
    first_name: str
    last_name: str
    sender: Sender | None
    primary_number: Sender | None
    assigned_to: StaffName | None
    state: ConversationState


class SearchMessagesReply(Reply):
    """One page, newest first."""

    items: tuple[FoundText, ...]
    next: str | None


class SearchMessages(Request[SearchMessagesReply]):
    """Texts with all of these words, in the conversations that the asker may read.

    English and Spanish endings and accents do not matter. Refused as `search_too_common` where
    every text would be found.
    """

    name: ClassVar[str] = "conversations.message.search.v1"
    pace: ClassVar[str] = "slow"

    asker: Asker
    q: str = Field(min_length=1, max_length=200)
    box: Box | None = None
    conversation_id: UUID | None = None
    cursor: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=30, ge=1, le=100)
