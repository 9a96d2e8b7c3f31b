"""The owner of absences in memory."""

from uuid import uuid4

from services.gateway.tests.owners.seeing import SeeingOwners
from services.gateway.tests.world import NOW

from clientcomm_contracts.conversations.coverage import (
    AwayChoice,
    CoverageReply,
    CoveragesReply,
    CoverageView,
    EndCoverage,
    ListCoverage,
    SetCoverage,
)
from clientcomm_contracts.faults import Refused, not_found
from clientcomm_contracts.values import Role


class CoverageOwners(SeeingOwners):
    """Everybody is away for themselves; supervisors and administrators for their people."""

    def on_list_coverage(self, request: ListCoverage) -> CoveragesReply:
        me = request.asker.staff_id
        all_periods = tuple(self.world.coverage.values())
        roles = self._roles(me, self.world.department.id)
        is_keeper = bool(roles & {Role.SUPERVISOR, Role.ADMINISTRATOR})
        managers = [
            one
            for one in self.world.staff.values()
            if one.id != me and any(held.role is Role.CASE_MANAGER for held in one.roles)
        ]
        return CoveragesReply(
            own=tuple(one for one in all_periods if one.staff.id == me),
            covering=tuple(one for one in all_periods if one.covered_by.id == me),
            department=all_periods if is_keeper else (),
            colleagues=tuple(self._name(other) for other in self.world.staff if other != me),
            may_be_away=Role.CASE_MANAGER in roles,
            time_zone=self.world.department.time_zone,
            may_set_for=tuple(
                AwayChoice(
                    id=one.id,
                    full_name=one.full_name,
                    time_zone=self.world.department.time_zone,
                )
                for one in managers
                if is_keeper
            ),
            covers=tuple(self._name(one.id) for one in managers if is_keeper),
        )

    def on_set_coverage(self, request: SetCoverage) -> CoverageReply:
        if request.until <= NOW:
            raise Refused("is_over", "This time is over.", field="until")
        away = request.staff_id or request.asker.staff_id
        roles = self._roles(request.asker.staff_id, self.world.department.id)
        if away != request.asker.staff_id and not roles & {Role.SUPERVISOR, Role.ADMINISTRATOR}:
            raise not_found("colleague")
        if Role.CASE_MANAGER not in self._roles(away, self.world.department.id):
            raise Refused("no_caseload", "Only case managers.", kind="not_allowed")
        made = CoverageView(
            id=uuid4(),
            staff=self._name(away),
            covered_by=self._name(request.covered_by),
            since=request.since or NOW,
            until=request.until,
            away_reply=request.away_reply,
            is_now=request.since is None or request.since <= NOW,
            may_end=True,
            clients=1,
        )
        self.world.coverage[made.id] = made
        return CoverageReply(coverage=made)

    def on_end_coverage(self, request: EndCoverage) -> CoverageReply:
        kept = self.world.coverage.get(request.coverage_id)
        roles = self._roles(request.asker.staff_id, self.world.department.id)
        is_keeper = roles & {Role.SUPERVISOR, Role.ADMINISTRATOR}
        if kept is None or (kept.staff.id != request.asker.staff_id and not is_keeper):
            raise not_found("period")
        self.world.coverage[kept.id] = kept.model_copy(update={"is_now": False})
        return CoverageReply(coverage=self.world.coverage[kept.id])
