"""Makes the organisation of a new installation."""

from datetime import datetime
from uuid import UUID

from clientcomm_contracts.faults import Refused
from clientcomm_conversations.application.directory import Directory, Organisation
from clientcomm_conversations.domain.names import one_line


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
    known_as = one_line(name)
    if not known_as:
        raise Refused(
            "organisation_name_missing",
            "The organisation needs a name.",
            field="organisation_name",
        )
    organisation = Organisation(organisation_id, known_as, default_region.upper(), now)
    await directory.add_organisation(organisation)
    return organisation
