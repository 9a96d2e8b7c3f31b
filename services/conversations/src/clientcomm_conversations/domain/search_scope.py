"""In which conversations' texts somebody may search: exactly those that they may read (2.14)."""

from dataclasses import dataclass
from uuid import UUID

from clientcomm_conversations.domain.permissions import (
    Reach,
    Relation,
    Right,
    StaffRights,
    reach,
)

_NOWHERE = Reach(everywhere=False, departments=frozenset())


@dataclass(frozen=True, slots=True)
class SearchScope:
    """The parts that texts are looked for in; a text of several is found once.

    `departments`: all that is said there. `own` and `covered`: caseloads, of oneself and of
    `covers`. `inbox`: what nobody is assigned to. `conversation_id`: this thread alone.
    """

    staff_id: UUID
    covers: tuple[UUID, ...]
    departments: Reach = _NOWHERE
    own: Reach = _NOWHERE
    covered: Reach = _NOWHERE
    inbox: Reach = _NOWHERE
    conversation_id: UUID | None = None

    @property
    def is_everywhere(self) -> bool:
        """Whether texts of any department may be among them."""
        return any(part.everywhere for part in self._parts)

    @property
    def all_departments(self) -> frozenset[UUID]:
        """Those whose texts may be among them, unless it is everywhere."""
        return frozenset().union(*(part.departments for part in self._parts))

    @property
    def _parts(self) -> tuple[Reach, ...]:
        return (self.departments, self.own, self.covered, self.inbox)

    @property
    def has_caseload(self) -> bool:
        """Whether conversations are looked through one by one."""
        parts = (self.own, self.covered, self.inbox)
        return self.conversation_id is not None or not all(part.is_empty() for part in parts)

    def is_empty(self) -> bool:
        """True if there is nothing that they may read."""
        return self.departments.is_empty() and not self.has_caseload


def all_of(rights: StaffRights) -> SearchScope:
    """Everything that they may read."""
    departments = reach(rights, Right.READ, Relation.COLLEAGUES)
    mine, inbox = caseload_of(rights), inbox_of(rights)
    return SearchScope(
        rights.staff_id,
        mine.covers,
        departments=departments,
        own=_without(mine.own, departments),
        covered=_without(mine.covered, departments),
        inbox=_without(inbox.inbox, departments),
    )


def caseload_of(rights: StaffRights) -> SearchScope:
    """Their own conversations, and those that they cover now."""
    return SearchScope(
        rights.staff_id,
        tuple(sorted(rights.covers)),
        own=reach(rights, Right.READ, Relation.ASSIGNED),
        covered=reach(rights, Right.READ, Relation.COVERING) if rights.covers else _NOWHERE,
    )


def cover_of(rights: StaffRights) -> SearchScope:
    """Only those that they cover now."""
    mine = caseload_of(rights)
    return SearchScope(rights.staff_id, mine.covers, covered=mine.covered)


def inbox_of(rights: StaffRights) -> SearchScope:
    """What nobody is assigned to."""
    inbox = reach(rights, Right.READ, Relation.UNASSIGNED)
    return SearchScope(rights.staff_id, (), inbox=inbox)


def _without(part: Reach, others: Reach) -> Reach:
    if others.everywhere:
        return _NOWHERE
    return Reach(part.everywhere, part.departments - others.departments)
