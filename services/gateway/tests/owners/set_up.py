"""The owner of an installation in memory: set up once, unless it was from the beginning."""

from uuid import uuid4

from services.gateway.tests.world import World

from clientcomm_contracts.conversations import set_up as ask
from clientcomm_contracts.conversations.views import StaffView
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.values import Role


class SetUpOwners:
    """`is_empty`: there is no organisation yet."""

    world: World
    is_empty: bool

    def on_get_set_up_state(self, _request: ask.GetSetUpState) -> ask.SetUpStateReply:
        return ask.SetUpStateReply(is_needed=self.is_empty)

    def on_set_up_installation(self, request: ask.SetUpInstallation) -> ask.SetUpInstallationReply:
        if not self.is_empty:
            raise Refused("organisation_exists", "There is one already.", kind="conflict")
        if request.number == "12":
            raise Refused("number_short", "This number is too short.", field="phone")
        self.is_empty = False
        person = StaffView(
            id=uuid4(),
            full_name=request.full_name,
            email=request.email,
            is_active=True,
            roles=self.world.add_staff("Somebody", *_roles(request)).roles,
        )
        self.world.staff[person.id] = person
        return ask.SetUpInstallationReply(
            organisation_id=uuid4(), department_id=self.world.department.id, staff_id=person.id
        )


def _roles(request: ask.SetUpInstallation) -> list[Role]:
    return [Role.ADMINISTRATOR, *([Role.CASE_MANAGER] if request.has_clients else [])]
