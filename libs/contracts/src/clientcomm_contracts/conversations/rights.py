"""What the gateway asks about who may see and do what in one conversation."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.conversations.views import StaffName
from clientcomm_contracts.people import Asker, Grant
from clientcomm_contracts.values import Action


class GrantReply(Reply):
    """The grant, with the names that a page needs beside it."""

    grant: Grant
    time_zone: str
    title: str
    assigned_to: StaffName | None
    sequence: int
    absorbed: tuple[UUID, ...] = ()


class GetGrant(Request[GrantReply]):
    """Permission for one conversation at scheduler or export (architecture §6)."""

    name: ClassVar[str] = "conversations.grant.get.v1"

    asker: Asker
    conversation_id: UUID
    actions: frozenset[Action]


class ViewersReply(Reply):
    """Those of the askers who may see it, each with their own count of unread conversations."""

    unread_conversations: dict[UUID, int]


class ListViewers(Request[ViewersReply]):
    """Which of these staff may see this conversation now; for live updates."""

    name: ClassVar[str] = "conversations.viewer.list.v1"

    conversation_id: UUID
    staff_ids: tuple[UUID, ...] = Field(max_length=1000)
