"""The owner of transfers that were asked for, in memory."""

from datetime import datetime
from uuid import UUID

from services.gateway.tests.owners.seeing import SeeingOwners
from services.gateway.tests.world import NOW

from clientcomm_contracts.conversations.asking import AskForTransfer, TransferAskedReply
from clientcomm_contracts.conversations.views import StaffName
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.values import Role


class AskingOwners(SeeingOwners):
    """A colleague of the only department is asked once."""

    transfers_asked: dict[tuple[UUID, UUID], datetime]

    def on_ask_for_transfer(self, request: AskForTransfer) -> TransferAskedReply:
        me = request.asker.staff_id
        if Role.CASE_MANAGER not in self._roles(me, self.world.department.id):
            raise Refused("not_allowed", "You may not.", kind="not_allowed")
        digits = "".join(sign for sign in request.phone if sign.isdigit())
        for talk in self.world.talks.values():
            row = talk.row
            is_it = row.client_id is not None and row.primary_number == f"+1{digits[-10:]}"
            if is_it and row.assigned_to is not None and row.assigned_to.id != me:
                assert row.client_id is not None
                before = self.transfers_asked.get((me, row.client_id))
                self.transfers_asked.setdefault((me, row.client_id), NOW)
                return TransferAskedReply(
                    client_id=row.client_id,
                    asked=StaffName(id=row.assigned_to.id, full_name=row.assigned_to.full_name),
                    asked_at=before or NOW,
                    is_repeated=before is not None,
                )
        raise Refused("not_with_a_colleague", "No colleague has this client.", kind="conflict")
