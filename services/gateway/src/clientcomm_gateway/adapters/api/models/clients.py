"""Clients and their numbers."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from clientcomm_contracts.conversations.clients import AddedClient, Resolve
from clientcomm_gateway.adapters.api.fields import Line
from clientcomm_gateway.adapters.api.models.basics import Answer, Input, StaffRef


class ClientRef(Answer):
    """The client of a conversation."""

    id: UUID
    first_name: str
    last_name: str
    language: str | None
    id_number: str | None


class ListedClient(ClientRef):
    """A client in a list, with the conversation that one may see."""

    conversation_id: UUID
    department_id: UUID
    assigned_to: StaffRef | None


class ClientNumber(Answer):
    """A client's number, dated."""

    id: UUID
    number: str
    label: str
    since: datetime
    until: datetime | None
    primary: bool
    wrong: bool = False
    landline: Annotated[bool, Field(description="Known not to take texts.")] = False


class Elsewhere(Answer):
    """That another department has this client too."""

    department: str
    assigned_to: StaffRef | None
    closed: bool


class Client(Answer):
    """A client."""

    id: UUID
    conversation_id: UUID | None
    department_id: UUID | None
    first_name: str
    last_name: str
    language: str
    time_zone: str
    own_time_zone: Annotated[
        bool, Field(description="False: `time_zone` is the department's and changes with it.")
    ]
    id_number: str | None
    notes: str
    consent_how: Annotated[str | None, Field(description="How the client agreed to texts.")]
    numbers: list[ClientNumber]
    elsewhere: list[Elsewhere]


class AddedClientAnswer(Client):
    """A client that was added, or was there; a new one may get the department's first text."""

    outcome: AddedClient
    first_text_sent: bool = False


class NewClient(Input):
    """A client to add (rule 2.4)."""

    first_name: Annotated[Line, Field(max_length=100)] = ""
    last_name: Annotated[Line, Field(min_length=1, max_length=100)]
    phone: Annotated[Line, Field(min_length=1, max_length=40)]
    department_id: UUID | None = None
    language: Annotated[Line, Field(max_length=10)] = "en"
    time_zone: Annotated[Line, Field(max_length=64)] | None = None
    id_number: Annotated[Line, Field(max_length=100)] | None = None
    notes: Annotated[Line, Field(max_length=5000)] = ""
    consent_how: Annotated[Line, Field(max_length=200)] = ""
    resolve: Resolve | None = None
    client_id: UUID | None = None
    from_conversation_id: UUID | None = None


class ClientChanges(Input):
    """What is left out stays as it is; an empty time zone is the department's."""

    first_name: Annotated[Line, Field(max_length=100)] | None = None
    last_name: Annotated[Line, Field(min_length=1, max_length=100)] | None = None
    language: Annotated[Line, Field(max_length=10)] | None = None
    time_zone: Annotated[Line, Field(max_length=64)] | None = None
    id_number: Annotated[Line, Field(max_length=100)] | None = None
    notes: Annotated[Line, Field(max_length=5000)] | None = None
