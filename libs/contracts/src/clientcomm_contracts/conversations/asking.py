"""A case manager asks a colleague for a client (rule 2.4)."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.conversations.views import StaffName
from clientcomm_contracts.people import Asker, RepeatKey


class TransferAskedReply(Reply):
    """Whom the asker asked, and when; `is_repeated`: less than a day ago, so nobody is told again.

    The conversation is not named: the asker may not see it yet.
    """

    client_id: UUID
    asked: StaffName
    asked_at: AwareDatetime
    is_repeated: bool = False


class AskForTransfer(Request[TransferAskedReply]):
    """The colleague who has the client with this number, and the supervisors, get an e-mail.

    Refused as conflict with code `not_with_a_colleague` if no colleague has such a client now,
    and `number_shared` (details `clients`) if several have, until `client_id` says which.
    """

    name: ClassVar[str] = "conversations.transfer.ask.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    phone: str = Field(min_length=1, max_length=40)
    department_id: UUID | None = None
    client_id: UUID | None = None
