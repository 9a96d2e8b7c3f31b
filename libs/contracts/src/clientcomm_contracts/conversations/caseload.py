"""What the gateway asks about caseloads: transfers, closings, reopening (rules 2.9, 2.11)."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from clientcomm_contracts.contract import Contract, Reply, Request
from clientcomm_contracts.conversations.reading import ConversationReply
from clientcomm_contracts.conversations.views import SkippedRecipient
from clientcomm_contracts.people import Asker, RepeatKey
from clientcomm_contracts.values import PersonalText

MOST_AT_ONCE = 1_000
"""As many conversations as one order may name; each is locked until all are done."""

LONGEST_NOTE = 2_000


class WhatMoves(Contract):
    """In numbers, what a transfer moves or a closing ends; appointments: clients who have one."""

    conversations: int
    unread_texts: int
    scheduled_texts: int
    appointments: int


class TransferConversation(Request[ConversationReply]):
    """One conversation to a colleague of its department (rule 2.9).

    The reply shows it as the receiver sees it, with what the asker may still do in it. A client
    who cannot be texted is not told, also with `tell_client`.
    """

    name: ClassVar[str] = "conversations.conversation.transfer.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    conversation_id: UUID
    staff_id: UUID
    note: PersonalText = Field(default="", max_length=LONGEST_NOTE)
    tell_client: bool = False


class CloseConversation(Request[ConversationReply]):
    """Closes a conversation with an outcome, by default the department's default (rule 2.11).

    Closing marks all read: refused as `texts_arrived` if more is unread than `unread_shown`.
    """

    name: ClassVar[str] = "conversations.conversation.close.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    conversation_id: UUID
    outcome_id: UUID | None = None
    unread_shown: int | None = Field(default=None, ge=0)


class ReopenConversation(Request[ConversationReply]):
    """Opens a closed conversation by hand; it is its last case manager's, else the inbox's."""

    name: ClassVar[str] = "conversations.conversation.reopen.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    conversation_id: UUID


class CaseloadReply(Reply):
    """What was moved or closed, or would be; and who was left out, by code.

    Codes: `not_yours`, `closed`, `blocked`, `already_theirs`, `other_department`.
    """

    done: tuple[UUID, ...]
    left_out: tuple[SkippedRecipient, ...]
    moves: WhatMoves
    is_preview: bool = False


class TransferConversations(Request[CaseloadReply]):
    """Many conversations to one colleague at once (rule 2.9); a preview changes nothing.

    Those that cannot be moved are left out; the others move together or not at all.
    """

    name: ClassVar[str] = "conversations.caseload.transfer.v1"
    pace: ClassVar[str] = "slow"

    asker: Asker
    repeat_key: RepeatKey | None = None
    conversation_ids: tuple[UUID, ...] = Field(min_length=1, max_length=MOST_AT_ONCE)
    staff_id: UUID
    note: PersonalText = Field(default="", max_length=LONGEST_NOTE)
    tell_clients: bool = False
    is_preview: bool = False


class CloseConversations(Request[CaseloadReply]):
    """Closes many conversations at once (rule 2.11); a preview changes nothing.

    Those that cannot be closed are left out, the others close together or not at all.
    """

    name: ClassVar[str] = "conversations.caseload.close.v1"
    pace: ClassVar[str] = "slow"

    asker: Asker
    repeat_key: RepeatKey | None = None
    conversation_ids: tuple[UUID, ...] = Field(min_length=1, max_length=MOST_AT_ONCE)
    outcome_id: UUID | None = None
    unread_shown: int | None = Field(default=None, ge=0)
    is_preview: bool = False
