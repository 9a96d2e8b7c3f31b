"""What the gateway is asked to tell staff by e-mail."""

from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from clientcomm_contracts.contract import Command, Contract

Detail = Annotated[str, Field(max_length=2000)]
"""A name, a count or a colleague's note; never the text of a message."""


class NoticeKind(StrEnum):
    """What a notice is about, with the `details` that its sentence uses where they are given.

    - `transferred` (rule 2.9): `by`, `count` (one if left out), `client`, `note`.
    - `transfer_asked` (rule 2.4): `by`, `by_id` (who asks, as the transfer's receiver), `client`.
    - `number_changed` (rule 2.3): `by`, `client`.
    - `name_changed` (rule 2.3): `by`, `client` (as the client was called).
    - `clients_merged` (rule 2.5): `by`, `client` (as the client is called now).
    - `unread_too_long` (rule 2.10): `hours`, `count` (one if left out), `client`, `assigned`.
    - `covering` (rule 2.10): `by` (who is away), `since`, `until` (dates as YYYY-MM-DD).
    - `covered` (rule 2.10): `by` (who set it), `cover`, `since`, `until`; to who is away.
    - `quarantined` (rule 2.7): nothing; texts wait that reached no open department.
    - `invited` (rule 1.4): `by`. The gateway adds the one-time link.

    `client` is the client's first name and the initial of the last; `by` and `assigned` are full
    names of staff.
    """

    TRANSFERRED = "transferred"
    TRANSFER_ASKED = "transfer_asked"
    NUMBER_CHANGED = "number_changed"
    NAME_CHANGED = "name_changed"
    CLIENTS_MERGED = "clients_merged"
    UNREAD_TOO_LONG = "unread_too_long"
    COVERING = "covering"
    COVERED = "covered"
    QUARANTINED = "quarantined"
    INVITED = "invited"


class Notice(Contract):
    """One e-mail to one member of staff.

    `id` is the business id: a second arrival changes nothing. The link leads to the conversation
    where one is named.
    """

    id: UUID
    staff_id: UUID
    kind: NoticeKind
    department_id: UUID | None = None
    conversation_id: UUID | None = None
    details: dict[str, Detail] = Field(default_factory=dict)


class SendNoticesV1(Command):
    """Owners ask the gateway to write to staff; it knows their addresses and languages."""

    name: ClassVar[str] = "gateway.notice.send.v1"

    items: tuple[Notice, ...] = Field(min_length=1, max_length=100)
