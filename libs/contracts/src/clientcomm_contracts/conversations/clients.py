"""What the gateway asks about clients: added, shown, changed (rules 2.1, 2.4)."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from clientcomm_contracts.contract import Contract, Reply, Request
from clientcomm_contracts.conversations.views import ClientView
from clientcomm_contracts.people import Asker, RepeatKey
from clientcomm_contracts.values import PersonalText


class AddedClient(StrEnum):
    """What adding a client came to (rule 2.4)."""

    CREATED = "created"
    ALREADY_MINE = "already_mine"
    REOPENED = "reopened"


class AddClientReply(Reply):
    """The client and the conversation to land in; `is_greeted`: the first text goes out (2.13a)."""

    outcome: AddedClient
    client_id: UUID
    conversation_id: UUID
    is_greeted: bool = False


class Resolve(StrEnum):
    """The answer to rule 2.4's question."""

    SAME_PERSON = "same_person"
    SHARED_PHONE = "shared_phone"
    TAKE_OVER = "take_over"


class AddClient(Request[AddClientReply]):
    """A new client of the asker, or rule 2.4's answer.

    Refused as conflict with code `assigned_to_colleague` (details `staff`),
    `known_in_my_department` (`conversation_id`, `client`, `whose`), `known_in_other_department`
    (`client`) or `number_shared` (`clients`) until `resolve` answers. What else is wrong with what
    was typed is in `also`: sentences by field.
    """

    name: ClassVar[str] = "conversations.client.add.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    department_id: UUID | None = None
    first_name: str = Field(default="", max_length=100)
    last_name: str = Field(max_length=100)
    phone: str = Field(max_length=40)
    language: str = Field(default="en", max_length=10)
    time_zone: str | None = Field(default=None, max_length=64)
    id_number: str | None = Field(default=None, max_length=100)
    notes: str = Field(default="", max_length=5000)
    consent_how: str = Field(default="", max_length=200)
    resolve: Resolve | None = None
    client_id: UUID | None = None
    from_conversation_id: UUID | None = None


class HistoryKind(StrEnum):
    """What a dated fact of a client is about."""

    NUMBER_ADDED = "number_added"
    NUMBER_ATTACHED = "number_attached"
    NUMBER_ENDED = "number_ended"
    NUMBER_WRONG = "number_wrong"
    CONSENT_GIVEN = "consent_given"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    CLOSED = "closed"


class HistoryEntry(Contract):
    """A dated fact: numbers of the client; case managers and consent of the asker's department.

    `subject` is the number, whom the client was given to, how consent was given, or the outcome.
    """

    at: AwareDatetime
    kind: HistoryKind
    subject: PersonalText = ""
    by: str | None = None


class ClientHistory(Contract):
    """What became of a client, newest first, and what is ahead."""

    entries: tuple[HistoryEntry, ...]
    next_appointment_at: AwareDatetime | None = None


class ClientReply(Reply):
    """One client, with what the asker may do with it; `history` where it was asked for."""

    client: ClientView
    may_edit: bool = True
    may_merge: bool = True
    history: ClientHistory | None = None


class GetClient(Request[ClientReply]):
    """A client with whom a department of the asker has a conversation."""

    name: ClassVar[str] = "conversations.client.get.v1"

    asker: Asker
    client_id: UUID
    with_history: bool = False


class EditClient(Request[ClientReply]):
    """Changes what is not None."""

    name: ClassVar[str] = "conversations.client.edit.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    client_id: UUID
    first_name: str | None = Field(default=None, max_length=100)
    last_name: str | None = Field(default=None, min_length=1, max_length=100)
    language: str | None = Field(default=None, max_length=10)
    time_zone: str | None = Field(default=None, max_length=64)
    id_number: str | None = Field(default=None, max_length=100)
    notes: str | None = Field(default=None, max_length=5000)
