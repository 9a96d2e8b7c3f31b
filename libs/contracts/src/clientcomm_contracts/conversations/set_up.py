"""The beginning of an installation: what the gateway asks while there is no organisation yet."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from clientcomm_contracts.contract import Reply, Request


class SetUpStateReply(Reply):
    """Whether there is anything left to set up."""

    is_needed: bool


class GetSetUpState(Request[SetUpStateReply]):
    """Asked on behalf of nobody, since nobody is known yet."""

    name: ClassVar[str] = "conversations.set_up.get.v1"


class SetUpInstallationReply(Reply):
    """What was made."""

    organisation_id: UUID
    department_id: UUID
    staff_id: UUID


class SetUpInstallation(Request[SetUpInstallationReply]):
    """Organisation, first department with its number, first administrator: all or nothing.

    Refused as a conflict (`organisation_exists`) for ever after. The gateway has checked the
    set-up code.
    """

    name: ClassVar[str] = "conversations.set_up.do.v1"

    organisation_name: str = Field(max_length=200)
    default_region: str = Field(default="US", pattern=r"^[A-Za-z]{2}$")
    department_name: str = Field(max_length=100)
    time_zone: str = Field(max_length=64)
    number: str = Field(max_length=40)
    full_name: str = Field(max_length=200)
    email: str = Field(max_length=320)
    has_clients: bool = True
