"""Makes the organisation of a new installation."""

from datetime import datetime
from uuid import UUID

from clientcomm_contracts.faults import Refused
from clientcomm_conversations.application.directory import Directory, Organisation


async def set_up_organisation(
    directory: Directory, *, organisation_id: UUID, name: str, default_region: str, now: datetime
) -> Organisation:
    """The organisation; refused as a conflict if there is one already."""
    if await directory.organisation() is not None:
        raise Refused(
            "organisation_exists",
            "This installation serves an organisation already.",
            kind="conflict",
        )
    if not name.strip():
        raise Refused("name_missing", "The organisation needs a name.", field="name")
    organisation = Organisation(organisation_id, name.strip(), default_region.upper(), now)
    await directory.add_organisation(organisation)
    return organisation
