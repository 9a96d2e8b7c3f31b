"""Two departments with everybody and everything in them, where nothing that is asked stays done."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.conversations.tests.scenes import NOON, Place, Scene, Thread, a_number
from services.conversations.tests.writings import Writing

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.contract import Request
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Direction, MessageState, Role
from clientcomm_conversations.adapters.tables.departments import (
    organisation,
    status,
)
from clientcomm_conversations.adapters.tables.mass_messages import mass_message
from clientcomm_conversations.adapters.tables.messages import attachment, quarantined_text
from clientcomm_conversations.adapters.tables.staff import coverage
from clientcomm_conversations.domain.permissions import ConversationFacts
from clientcomm_conversations.wiring import request_handlers
from clientcomm_persistence import Database, Transaction

ROLES = tuple(Role)
EVERYBODY = ("nobody", "gone", *(role.value for role in ROLES))


class Undone(Database):
    """Does what it is told, up to the commit."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        with suppress(_NotKeptError):
            async with super().transaction() as transaction:
                yield transaction
                await transaction.flush()
                raise _NotKeptError


class _NotKeptError(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Target:
    """A conversation and what hangs on it; `twin` is with another client of the same holder."""

    thread: Thread
    twin: Thread
    facts: ConversationFacts
    message_id: UUID
    failed_id: UUID
    attachment_id: UUID
    mass_message_id: UUID

    @property
    def client_id(self) -> UUID:
        assert self.thread.client_id is not None
        return self.thread.client_id


@dataclass
class Offices:
    """People of one department `here`, and their relations to conversations."""

    scene: Scene
    url: str
    people: dict[str, Asker] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)

    async def open(self) -> None:
        await self.scene.put(
            organisation, [{"id": new_id(), "name": "Elm County", "created_at": NOON}]
        )
        self.here = await self.scene.department("Pretrial")
        self.there = await self.scene.department("Probation")
        for role in ROLES:
            self.people[role.value] = await self.scene.staff(role.value, (role, self.here))
        self.people["nobody"] = Asker(staff_id=new_id())
        self.people["gone"] = await self.scene.staff(
            "Gone", (Role.SUPERVISOR, self.here), is_active=False
        )
        self.colleague = await self.scene.staff("Colleague", (Role.CASE_MANAGER, self.here))
        self.receiver = await self.scene.staff("Receiver", (Role.CASE_MANAGER, self.here))
        self.away = await self.scene.staff("Away", (Role.CASE_MANAGER, self.here))
        self.far = await self.scene.staff("Far", (Role.CASE_MANAGER, self.there))
        self.period_id = await self._cover()
        await self._converse()
        self.status_id = await self._status(self.here)
        self.quarantined = {
            "here": await self._quarantined(self.here),
            "there": await self._quarantined(self.there),
        }
        self.database = Undone(self.url, application_name="tests", pool_size=4)
        self.handlers = request_handlers(self.database, Writing(self.scene).writers)

    async def ask(self, request: type[Request[Any]], who: str, fields: Mapping[str, object]) -> str:
        """`yes`, or how it is said that this is not the asker's business."""
        asked = request.model_validate({"asker": self.people[who], **fields})
        try:
            await self.handlers[request](asked)
        except Refused as refused:
            if refused.code in {"nobody_to_text", "nothing_to_do"}:
                return "left_out"
            return refused.kind if refused.kind in {"not_found", "not_allowed"} else "yes"
        return "yes"

    async def _cover(self) -> UUID:
        """The case manager covers for who is away now."""
        period = {
            "id": new_id(),
            "staff_id": self.away.staff_id,
            "covered_by": self.people[Role.CASE_MANAGER].staff_id,
            "since": NOON - timedelta(days=1),
            "until": NOON + timedelta(days=1),
        }
        await self.scene.put(coverage, [period])
        return UUID(str(period["id"]))

    async def _converse(self) -> None:
        mine = self.people[Role.CASE_MANAGER]
        for name, place, holder in (
            ("own", self.here, mine),
            ("covered", self.here, self.away),
            ("colleague's", self.here, self.colleague),
            ("inbox", self.here, None),
            ("elsewhere", self.there, self.far),
        ):
            thread, twin = [await self.scene.thread(place, holder) for _ in range(2)]
            self.targets[name] = await self._target(thread, twin, place, holder)
        for name, place in (("stranger", self.here), ("stranger elsewhere", self.there)):
            thread = await self.scene.unknown_sender(place)
            self.targets[name] = await self._target(thread, thread, place, None)

    async def _target(
        self, thread: Thread, twin: Thread, place: Place, holder: Asker | None
    ) -> Target:
        message_id = await self.scene.message(thread, "hello", NOON)
        failed_id = await self.scene.message(
            thread,
            "lost",
            NOON,
            direction=Direction.OUTBOUND,
            state=MessageState.FAILED,
            staff_id=holder.staff_id if holder else None,
        )
        attachment_id = await self._attachment(message_id)
        row = (await Writing(self.scene).rows("select state from conversation where id = :id",
                                              id=thread.id))[0]  # fmt: skip
        return Target(
            thread=thread,
            twin=twin,
            facts=ConversationFacts(place.id, holder.staff_id if holder else None, row.state),
            message_id=message_id,
            failed_id=failed_id,
            attachment_id=attachment_id,
            mass_message_id=await self._mass_message(place, holder or self.colleague),
        )

    async def _attachment(self, message_id: UUID) -> UUID:
        row = {
            "id": new_id(),
            "message_id": message_id,
            "content_type": "image/png",
            "object_key": "key",
            "created_at": NOON,
        }
        await self.scene.put(attachment, [row])
        return UUID(str(row["id"]))

    async def _mass_message(self, place: Place, by: Asker) -> UUID:
        row = {
            "id": new_id(),
            "department_id": place.id,
            "staff_id": by.staff_id,
            "body": "to all",
            "segments": 1,
            "recipients": 1,
            "created_at": NOON,
            "starts_at": NOON,
        }
        await self.scene.put(mass_message, [row])
        return UUID(str(row["id"]))

    async def _status(self, place: Place) -> UUID:
        row = {"id": new_id(), "department_id": place.id, "name": "Active"}
        await self.scene.put(status, [row])
        return UUID(str(row["id"]))

    async def _quarantined(self, place: Place) -> UUID:
        row = {
            "id": new_id(),
            "inbound_id": new_id(),
            "number_from": a_number(),
            "number_to": a_number(),
            "body": "whose?",
            "received_at": NOON,
            "carrier_id": "SM1",
            "assigned_to_department_id": place.id,
        }
        await self.scene.put(quarantined_text, [row])
        return UUID(str(row["id"]))
