"""Fills an empty installation with a made-up organisation, to try everything out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Protocol
from uuid import UUID

from clientcomm_contracts.contract import Event
from clientcomm_contracts.conversations.events import MassMessageProgressedV1
from clientcomm_contracts.sms import SetOptOutV1
from clientcomm_contracts.values import Role
from clientcomm_conversations.application.demo.caseload import Ties, tell_caseload
from clientcomm_conversations.application.demo.people import Casting, DemoClient, Employed
from clientcomm_conversations.application.demo.stage import Mailing, Stage
from clientcomm_conversations.application.demo.story import NewId
from clientcomm_conversations.application.demo.strangers import tell_stranger
from clientcomm_conversations.application.directory import (
    Directory,
    NewDepartment,
    Organisation,
    People,
    department_added,
    staff_added,
)
from clientcomm_conversations.domain.demo import cast
from clientcomm_conversations.domain.demo.episodes import UNKNOWN_SENDERS

_SEED = 20_260_301
_SAME_PHONE = 8
_IN_COMMON = (14, 15)


class DemoStore(Directory, Protocol):
    """Where the demo is written, within one transaction."""

    async def add_history(self, stage: Stage) -> None: ...


@dataclass(frozen=True, slots=True)
class _Cast:
    """Everyone who works there, and where."""

    departments: dict[str, NewDepartment]
    staff: Sequence[Employed]

    def case_managers(self, office: str) -> list[Employed]:
        return [
            employed
            for employed in self.staff
            if employed.person.role is Role.CASE_MANAGER and employed.person.office == office
        ]


async def seed_demo(store: DemoStore, *, now: datetime) -> People | None:
    """Write the demo if the database is empty; everyone in it, or None if it is not a demo's.

    The same on the same day; times are relative to now. Facts go out as of anything else, so
    that the other services learn them.
    """
    organisation = await store.organisation()
    if organisation is not None:
        return await store.people() if organisation.is_demo else None
    chance = Random(_SEED)  # noqa: S311 - made-up people are no secret
    new_id = _ids(chance)
    casting = Casting(chance, new_id, now)
    everyone = await _employ(store, casting, new_id(now), now)
    stage = Stage(
        chance,
        now,
        new_id,
        casting,
        everyone.departments,
        {employed.id: employed.person.full_name for employed in everyone.staff},
    )
    _tell(stage, everyone)
    await store.add_history(stage)
    _publish(store, stage)
    return await store.people()


async def _employ(
    store: DemoStore, casting: Casting, organisation_id: UUID, now: datetime
) -> _Cast:
    departments = casting.departments()
    staff = casting.staff(departments)
    await store.add_organisation(
        Organisation(organisation_id, cast.ORGANISATION, "US", now, is_demo=True)
    )
    await store.add_departments(tuple(departments.values()))
    await store.add_staff(tuple(employed.record for employed in staff))
    for department in departments.values():
        store.publish(department_added(department))
    for employed in staff:
        store.publish(staff_added(employed.record))
    return _Cast(departments, staff)


def _tell(stage: Stage, everyone: _Cast) -> None:
    first, second, third = everyone.case_managers(cast.PRETRIAL.name)
    theirs = tell_caseload(stage, first, Ties())
    tell_caseload(
        stage, second, Ties(phones={_SAME_PHONE: theirs[_SAME_PHONE].number}, colleague=first)
    )
    tell_caseload(stage, third, Ties(colleague=second))
    elsewhere, last = everyone.case_managers(cast.PROBATION.name)
    tell_caseload(stage, elsewhere, Ties(clients=_in_common(theirs)))
    tell_caseload(stage, last, Ties(colleague=elsewhere))
    *here, there = UNKNOWN_SENDERS
    for texts in here:
        tell_stranger(stage, everyone.departments[cast.PRETRIAL.name], texts)
    tell_stranger(stage, everyone.departments[cast.PROBATION.name], there)


def _in_common(clients: Sequence[DemoClient]) -> dict[int, DemoClient]:
    return {place: clients[place] for place in _IN_COMMON}


def _publish(store: DemoStore, stage: Stage) -> None:
    for fact in _facts(stage):
        store.publish(fact)
    for kept in stage.kept:
        thread = kept.story.thread
        if thread.is_opted_out and thread.assigned_to:
            store.publish(
                SetOptOutV1(
                    department_id=thread.department_id,
                    number=kept.story.number,
                    is_opted_out=True,
                    by_staff_id=thread.assigned_to,
                )
            )


def _facts(stage: Stage) -> Iterator[Event]:
    yield from stage.told
    for kept in stage.kept:
        yield from kept.story.told
    for mailing in stage.mailings:
        yield _mailed(stage, mailing)


def _mailed(stage: Stage, mailing: Mailing) -> MassMessageProgressedV1:
    written = sum(
        text.mass_message_id == mailing.id for kept in stage.kept for text in kept.story.texts
    )
    return MassMessageProgressedV1(
        aggregate_id=mailing.id,
        sequence=1,
        occurred_at=mailing.at,
        department_id=mailing.department_id,
        recipients=written,
        written=written,
        skipped=0,
    )


def _ids(chance: Random) -> NewId:
    """UUIDv7 of a moment, the same for the same chance."""

    def new_id(at: datetime) -> UUID:
        milliseconds = int(at.timestamp() * 1000)
        rest = chance.getrandbits(74)
        return UUID(
            int=(milliseconds << 80)
            | (7 << 76)
            | ((rest >> 62) << 64)
            | (0b10 << 62)
            | (rest & ((1 << 62) - 1))
        )

    return new_id
