"""A client's numbers as dated facts (rules 2.3, 2.13b), and earlier texts from them (rule 2.8)."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from clientcomm_contracts.contract import Contract, Reply, Request
from clientcomm_contracts.conversations.views import ClientView
from clientcomm_contracts.people import Asker, RepeatKey
from clientcomm_contracts.values import Sender


class EarlierTexts(Contract):
    """Texts of an unknown sender that may be this client's: the number is the same."""

    conversation_id: UUID
    department_id: UUID
    sender: Sender
    texts: int
    last_at: AwareDatetime | None


class NumbersReply(Reply):
    """The client as they are now, and earlier texts that may be attached.

    `is_landline`: the number just added is known as one and may not take texts.
    """

    client: ClientView
    earlier_texts: tuple[EarlierTexts, ...] = ()
    is_landline: bool = False


class AddNumber(Request[NumbersReply]):
    """A number that the client has from now on; `replaces` gives up another one.

    Refused as conflict with code `number_known` if it is theirs already, and `number_shared`
    (details `clients`) if others have it, until `is_shared` says that the phone is shared.
    """

    name: ClassVar[str] = "conversations.number.add.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    client_id: UUID
    phone: str = Field(min_length=1, max_length=40)
    label: str = Field(default="", max_length=50)
    is_primary: bool = False
    replaces: UUID | None = None
    is_shared: bool = False


class EditNumber(Request[NumbersReply]):
    """Another label, or the number that is texted first from now on."""

    name: ClassVar[str] = "conversations.number.edit.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    client_id: UUID
    number_id: UUID
    label: str | None = Field(default=None, max_length=50)
    make_primary: bool = False


class GiveUpNumber(Request[NumbersReply]):
    """The client has this number no more; `is_wrong`: never had it (rule 2.13b).

    What waits at the carrier's door for a wrong number is withdrawn.
    """

    name: ClassVar[str] = "conversations.number.give_up.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    client_id: UUID
    number_id: UUID
    is_wrong: bool = False


class NumberEndReply(Reply):
    """What would happen, in numbers, over all conversations with the client.

    `waiting`: texts to the number that have not left yet, which a wrong number withdraws.
    `scheduled`: texts that go to another number, or wait for one.
    """

    waiting: int
    scheduled: int


class PreviewNumberEnd(Request[NumberEndReply]):
    """What giving a number up would mean; nothing changes."""

    name: ClassVar[str] = "conversations.number.preview_end.v1"

    asker: Asker
    client_id: UUID
    number_id: UUID


class EarlierTextsReply(Reply):
    """What may be attached to this client."""

    items: tuple[EarlierTexts, ...]


class ListEarlierTexts(Request[EarlierTextsReply]):
    """Texts of unknown senders from a number that the client has now, to be attached."""

    name: ClassVar[str] = "conversations.number.earlier_texts.v1"

    asker: Asker
    client_id: UUID
