"""What the gateway asks about who stands in for whom (rule 2.10)."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from clientcomm_contracts.contract import Contract, Reply, Request
from clientcomm_contracts.conversations.views import StaffName
from clientcomm_contracts.people import Asker, RepeatKey
from clientcomm_contracts.values import MessageText, ZoneName


class CoverageView(Contract):
    """A period in which a case manager is away and a colleague covers for them.

    `clients` counts the conversations that the cover reads and answers then, as they are now.
    """

    id: UUID
    staff: StaffName
    covered_by: StaffName
    since: AwareDatetime
    until: AwareDatetime
    away_reply: MessageText | None
    is_now: bool
    may_end: bool
    clients: int


class AwayChoice(Contract):
    """A case manager whose absence the asker may set; times of a page are in `time_zone`."""

    id: UUID
    full_name: str
    time_zone: ZoneName


class CoveragesReply(Reply):
    """Periods that are not over: one's own, those in which one covers, and of one's departments.

    `colleagues` are those who may cover for the asker; `may_be_away` is False for who carries no
    caseload. Times of a page are in `time_zone`. Supervisors and administrators may set and end the
    absence of `may_set_for`, with one of `covers`.
    """

    own: tuple[CoverageView, ...]
    covering: tuple[CoverageView, ...]
    department: tuple[CoverageView, ...]
    colleagues: tuple[StaffName, ...]
    may_be_away: bool
    time_zone: ZoneName
    may_set_for: tuple[AwayChoice, ...] = ()
    covers: tuple[StaffName, ...] = ()


class ListCoverage(Request[CoveragesReply]):
    """Who is away, now or later, as far as it concerns the asker."""

    name: ClassVar[str] = "conversations.coverage.list.v1"

    asker: Asker


class CoverageReply(Reply):
    """A period as it is now."""

    coverage: CoverageView


class SetCoverage(Request[CoverageReply]):
    """Somebody is away from `since` (now, if left out) to `until`, and a colleague covers.

    It is the asker, or `staff_id`, if the asker is a supervisor or administrator of theirs; then
    the one who is away learns of it by e-mail too.

    With an `away_reply`, clients who text then get it by themselves, once in 24 hours at most.
    """

    name: ClassVar[str] = "conversations.coverage.set.v1"

    asker: Asker
    repeat_key: RepeatKey | None = None
    staff_id: UUID | None = None
    covered_by: UUID
    since: AwareDatetime | None = None
    until: AwareDatetime
    away_reply: MessageText | None = Field(default=None)


class EndCoverage(Request[CoverageReply]):
    """The period ends now, or never begins; harmless to repeat."""

    name: ClassVar[str] = "conversations.coverage.end.v1"

    asker: Asker
    coverage_id: UUID
