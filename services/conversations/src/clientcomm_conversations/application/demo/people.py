"""The demo's departments, staff and clients with their ids, drawn by chance from the cast."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from clientcomm_contracts.conversations.events import ClientChangedV1, DatedNumber, QuietHours
from clientcomm_contracts.values import Role
from clientcomm_conversations.application.demo.story import NewId
from clientcomm_conversations.application.directory import NewDepartment, NewStaff
from clientcomm_conversations.domain.demo import cast
from clientcomm_conversations.domain.permissions import RoleHeld

FULL_RATE = 2_000.0
"""Segments per second; as much as the simulator takes."""

NO_QUIET_HOURS = QuietHours(starts="00:00", ends="00:00")
"""Whoever tries the demo at night sees what happens by day."""
"""Segments per second of the demo's numbers: they belong to the simulator, not to a carrier."""

_LINES_PER_AREA = 100
_ONE_IN_SPANISH = 6


@dataclass(frozen=True, slots=True)
class DemoClient:
    """A client with their numbers, the current one first."""

    id: UUID
    first_name: str
    last_name: str
    language: str
    id_number: str
    department_id: UUID
    time_zone: str
    numbers: tuple[DatedNumber, ...]
    created_at: datetime
    created_by: UUID
    sequence: int = 1

    @property
    def number(self) -> str:
        return self.numbers[0].value

    def told(self, at: datetime) -> ClientChangedV1:
        """The client as they are, as a fact."""
        return ClientChangedV1(
            aggregate_id=self.id,
            sequence=self.sequence,
            occurred_at=at,
            first_name=self.first_name,
            last_name=self.last_name,
            language=self.language,
            time_zone=self.time_zone,
            id_number=self.id_number,
            numbers=self.numbers,
        )

    def moved_to(self, number: DatedNumber) -> "DemoClient":
        """The client after their number changed."""
        given_up = self.numbers[0].model_copy(update={"until": number.since, "is_primary": False})
        return replace(
            self, numbers=(number, given_up, *self.numbers[1:]), sequence=self.sequence + 1
        )


@dataclass(frozen=True, slots=True)
class Employed:
    """A member of staff as the story needs them."""

    person: cast.Person
    record: NewStaff
    department_id: UUID | None

    @property
    def id(self) -> UUID:
        return self.record.id


class Casting:
    """Gives everyone an id, a name and a number; the same for the same chance and day."""

    def __init__(self, chance: Random, new_id: NewId, now: datetime) -> None:
        self._chance = chance
        self._new_id = new_id
        self._now = now
        self._names = self._fresh_names()
        self._phones = _fresh_phones(chance)
        self._files = iter(range(10_214, 99_999, 7))

    def departments(self) -> dict[str, NewDepartment]:
        """The offices by name."""
        at = self._now - timedelta(days=120)
        return {
            office.name: NewDepartment(
                id=self._new_id(at),
                name=office.name,
                time_zone=office.time_zone,
                number_id=self._new_id(at),
                number=f"+1{office.area}5550100",
                outcome_id=self._new_id(at),
                created_at=at + timedelta(minutes=place),
                segments_per_second=FULL_RATE,
                quiet_hours=NO_QUIET_HOURS,
                fallback_phone=f"+1{office.area}5550101",
            )
            for place, office in enumerate(cast.OFFICES)
        }

    def staff(self, departments: Mapping[str, NewDepartment]) -> list[Employed]:
        """Everyone of the cast."""
        at = self._now - timedelta(days=110)
        employed = []
        for place, person in enumerate(cast.STAFF):
            department = departments[person.office] if person.office else None
            record = NewStaff(
                id=self._new_id(at),
                full_name=person.full_name,
                email=person.email,
                roles=(RoleHeld(person.role, department.id if department else None),),
                created_at=at + timedelta(minutes=place),
                desk_phone=self._desk(person, place),
            )
            employed.append(Employed(person, record, record.roles[0].department_id))
        return employed

    def client(self, department: NewDepartment, at: datetime, by: UUID) -> DemoClient:
        """Somebody new."""
        first_name, last_name, language = next(self._names)
        return DemoClient(
            id=self._new_id(at),
            first_name=first_name,
            last_name=last_name,
            language=language,
            id_number=f"JC-{next(self._files)}",
            department_id=department.id,
            time_zone=department.time_zone,
            numbers=(self.number(at),),
            created_at=at,
            created_by=by,
        )

    def number(self, since: datetime) -> DatedNumber:
        """A phone that nobody else has."""
        return DatedNumber(
            id=self._new_id(since),
            value=next(self._phones),
            label="mobile",
            since=since,
            is_primary=True,
        )

    def _desk(self, person: cast.Person, place: int) -> str | None:
        if person.role is not Role.CASE_MANAGER:
            return None
        area = next(office.area for office in cast.OFFICES if office.name == person.office)
        return f"+1{area}55501{20 + place:02d}"

    def _fresh_names(self) -> Iterator[tuple[str, str, str]]:
        known: set[tuple[str, str]] = set()
        while True:
            spanish = self._chance.randrange(_ONE_IN_SPANISH) == 0
            first = cast.SPANISH_FIRST_NAMES if spanish else cast.FIRST_NAMES
            last = cast.SPANISH_LAST_NAMES if spanish else cast.LAST_NAMES
            name = (self._chance.choice(first), self._chance.choice(last))
            if name not in known:
                known.add(name)
                yield *name, "es" if spanish else "en"


def _fresh_phones(chance: Random) -> Iterator[str]:
    phones = [
        f"+1{area}55501{line:02d}" for area in cast.AREA_CODES for line in range(_LINES_PER_AREA)
    ]
    chance.shuffle(phones)
    return iter(phones)
