"""What the gateway asks while there is no organisation yet."""

from collections.abc import Mapping
from typing import Any

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.conversations.set_up import (
    GetSetUpState,
    SetUpInstallation,
    SetUpInstallationReply,
    SetUpStateReply,
)
from clientcomm_conversations.adapters.directory import DirectoryTables
from clientcomm_conversations.adapters.handlers import Answer, Writers
from clientcomm_conversations.application.add_department import DepartmentWanted
from clientcomm_conversations.application.set_up_installation import (
    InstallationWanted,
    set_up_installation,
)
from clientcomm_persistence import Database, Transaction


def set_up_handlers(database: Database, writers: Writers) -> Mapping[type[Request[Any]], Answer]:
    """What to do for each request."""

    async def state(_request: GetSetUpState) -> Reply:
        async def work(tx: Transaction) -> Reply:
            return SetUpStateReply(is_needed=await DirectoryTables(tx).organisation() is None)

        return await database.read(work)

    async def do(request: SetUpInstallation) -> Reply:
        async def work(tx: Transaction) -> Reply:
            made = await set_up_installation(
                DirectoryTables(tx),
                _wanted(request),
                new_id=writers.new_id,
                now=writers.clock.now(),
            )
            return SetUpInstallationReply(
                organisation_id=made.organisation_id,
                department_id=made.department_id,
                staff_id=made.staff_id,
            )

        return await database.run(work)

    return {GetSetUpState: state, SetUpInstallation: do}


def _wanted(request: SetUpInstallation) -> InstallationWanted:
    return InstallationWanted(
        organisation_name=request.organisation_name,
        default_region=request.default_region,
        department=DepartmentWanted(request.department_name, request.time_zone, request.number),
        full_name=request.full_name,
        email=request.email,
        has_clients=request.has_clients,
    )
