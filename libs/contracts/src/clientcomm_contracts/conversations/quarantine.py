"""Texts that no open department was texted by (rule 2.7): kept, looked at, never dropped."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from clientcomm_contracts.contract import Contract, Reply, Request
from clientcomm_contracts.people import Asker, RepeatKey
from clientcomm_contracts.values import InboundText, Sender


class QuarantinedKind(StrEnum):
    """What somebody sent, without a word of it."""

    TEXT = "text"
    TEXT_WITH_FILES = "text_with_files"
    FILES = "files"
    EMPTY = "empty"


class QuarantinedText(Contract):
    """A text that waits; `body` only for a supervisor of the department it was given to.

    `closed_department_name`: the number texted is one of a department that is closed.
    """

    id: UUID
    number_from: Sender
    number_to: Sender
    kind: QuarantinedKind
    received_at: AwareDatetime
    department_id: UUID | None = None
    department_name: str | None = None
    closed_department_name: str | None = None
    body: InboundText | None = None


class QuarantineReply(Reply):
    """Newest first; `may_assign`: the departments that the asker may give texts to.

    `may_file`: those into whose conversations they may file them.
    """

    items: tuple[QuarantinedText, ...]
    next: str | None = None
    may_assign: tuple[UUID, ...] = ()
    may_file: tuple[UUID, ...] = ()


class ListQuarantine(Request[QuarantineReply]):
    """All of it for administrators, for supervisors what their departments were given.

    Refused as `not_found` for everybody else.
    """

    name: ClassVar[str] = "conversations.quarantine.list.v1"

    asker: Asker
    cursor: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=50, ge=1, le=100)


class QuarantinedReply(Reply):
    """One text as the asker sees it."""

    text: QuarantinedText


class AssignQuarantined(Request[QuarantinedReply]):
    """An administrator says which department reads it; may be said again."""

    name: ClassVar[str] = "conversations.quarantine.assign.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    text_id: UUID
    department_id: UUID


class FiledAs(StrEnum):
    """By which branch of rule 2.7 a text was filed."""

    CLIENT = "client"
    SHARED_PHONE = "shared_phone"
    FORMER_NUMBER = "former_number"
    UNKNOWN_SENDER = "unknown_sender"


class QuarantineFiledReply(Reply):
    """The text stands in a conversation of the department now."""

    text_id: UUID
    department_id: UUID
    conversation_id: UUID
    filed_as: FiledAs


class FileQuarantined(Request[QuarantineFiledReply]):
    """The text goes where it had gone if it had been sent to this department (rule 2.7).

    Refused as conflict with code `already_filed` if somebody has done so.
    """

    name: ClassVar[str] = "conversations.quarantine.file.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    text_id: UUID
    department_id: UUID
