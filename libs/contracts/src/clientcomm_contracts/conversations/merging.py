"""Two clients who are the same person become one (rule 2.5)."""

from typing import ClassVar
from uuid import UUID

from clientcomm_contracts.contract import Contract, Reply, Request
from clientcomm_contracts.conversations.views import ClientView
from clientcomm_contracts.people import Asker, RepeatKey


class MergedThread(Contract):
    """What one department's conversation brings to the survivor.

    `joins`: the survivor has a conversation with that department too; else it moves as it is.
    """

    department_id: UUID
    department_name: str
    joins: bool
    messages: int
    markers: int
    scheduled: int
    unread: int


class MergePreviewReply(Reply):
    """Both clients, and in numbers what a merge would do."""

    survivor: ClientView
    absorbed: ClientView
    threads: tuple[MergedThread, ...]


class PreviewMerge(Request[MergePreviewReply]):
    """What would happen; refused for the same reasons as the merge itself."""

    name: ClassVar[str] = "conversations.client.preview_merge.v1"

    asker: Asker
    client_id: UUID
    absorb_id: UUID


class MergeReply(Reply):
    """The survivor, and the conversation in which the asker finds both threads."""

    client_id: UUID
    conversation_id: UUID
    messages_moved: int


class MergeClients(Request[MergeReply]):
    """Everything of the absorbed client is the survivor's from now on, for ever.

    `name_from`: whose name stays, one of the two; None: the survivor's. `primary_number_id`: which
    current number of either is texted first. Refused as conflict with code `same_client`, or
    `merge_needs_organisation` (details `departments`) where another department has both.
    """

    name: ClassVar[str] = "conversations.client.merge.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    client_id: UUID
    absorb_id: UUID
    name_from: UUID | None = None
    primary_number_id: UUID | None = None
