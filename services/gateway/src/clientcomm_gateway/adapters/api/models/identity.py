"""What the API takes and gives on numbers, merges, unknown senders and shared phones."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from clientcomm_contracts.conversations.clients import HistoryKind
from clientcomm_contracts.conversations.inbox import MaybeBecause
from clientcomm_gateway.adapters.api.fields import NO_NUL
from clientcomm_gateway.adapters.api.models.basics import Answer, Input, StaffRef
from clientcomm_gateway.adapters.api.models.clients import Client


class NewNumber(Input):
    """A number that the client has from now on."""

    phone: Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=40)]
    label: Annotated[str, Field(pattern=NO_NUL, max_length=50)] = ""
    primary: bool = False
    replaces: Annotated[
        UUID | None, Field(description="A number of the client that ends with this one's begin.")
    ] = None
    shared_phone: Annotated[
        bool, Field(description="The answer to `number_shared`: others have it too.")
    ] = False


class NumberChanges(Input):
    """What is to change of a number."""

    label: Annotated[str, Field(pattern=NO_NUL, max_length=50)] | None = None
    primary: bool = False


class NumberEnd(Input):
    """How a number ended."""

    wrong: bool


class HistoryEntry(Answer):
    """A dated fact; `subject`: a number, a case manager, how consent was given, or an outcome."""

    at: datetime
    kind: HistoryKind
    subject: str
    by: str | None


class ClientHistory(Answer):
    """What became of a client, newest first."""

    items: list[HistoryEntry]
    next_appointment_at: datetime | None


class NumberEndPreview(Answer):
    """What ending a number would do, over all conversations with the client."""

    waiting: Annotated[
        int, Field(description="Texts to it that have not left; a wrong number withdraws them.")
    ]
    scheduled: Annotated[
        int, Field(description="Scheduled texts that go to another number, or wait for one.")
    ]


class EarlierTexts(Answer):
    """Texts of an unknown sender with one of the client's numbers, to be attached or not."""

    conversation_id: UUID
    sender: str
    texts: int
    last_at: datetime | None


class ClientNumbers(Client):
    """The client after a change of numbers."""

    earlier_texts: list[EarlierTexts]
    landline: Annotated[bool, Field(description="The number may not take texts.")] = False


class EarlierTextsList(Answer):
    """What may be attached to a client."""

    items: list[EarlierTexts]


class Merge(Input):
    """Which client goes into this one."""

    absorb_id: UUID
    name_from: Annotated[
        UUID | None, Field(description="Whose name stays, one of the two; else the survivor's.")
    ] = None
    primary_number_id: Annotated[
        UUID | None, Field(description="Which number is texted first; all of them are kept.")
    ] = None


class Merged(Client):
    """The surviving client."""

    messages_moved: int


class MergedThread(Answer):
    """What one department's conversation brings."""

    department: str
    joins: Annotated[bool, Field(description="False: it moves to the survivor as it is.")]
    messages: int
    markers: int
    scheduled: int
    unread: int


class MergePreview(Answer):
    """What a merge would do, in numbers."""

    survivor: Client
    absorbed: Client
    threads: list[MergedThread]


class Attachment(Input):
    """Whose texts they are."""

    client_id: UUID


class Attached(Answer):
    """Where the texts are now."""

    client_id: UUID
    conversation_id: UUID
    messages_moved: int


class MaybeClient(Answer):
    """A client whom an unknown sender may be."""

    client_id: UUID
    first_name: str
    last_name: str
    because: MaybeBecause
    own_department: bool
    assigned_to: StaffRef | None


class MaybeClients(Answer):
    """Those by number first, then those found by name."""

    items: list[MaybeClient]


class Refiling(Input):
    """Whose text it is; needed only where more than one other client has the number."""

    client_id: UUID | None = None


class Refiled(Answer):
    """Where the text was and is."""

    message_id: UUID
    from_conversation_id: UUID
    conversation_id: UUID
    client_id: UUID
