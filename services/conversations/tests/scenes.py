"""Rows for tests of reading: people, clients and their threads, written as they lie in tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import phonenumbers
from sqlalchemy import Table, insert, update

from clientcomm_chassis.ids import new_id
from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.conversations.reading import GetThread
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import (
    Author,
    ConversationState,
    Direction,
    Lane,
    MarkerKind,
    MessageState,
    Role,
)
from clientcomm_conversations.adapters.requests_reading import reading_handlers
from clientcomm_conversations.adapters.tables.clients import client, client_number
from clientcomm_conversations.adapters.tables.conversations import (
    conversation,
    conversation_summary,
)
from clientcomm_conversations.adapters.tables.departments import department, department_number
from clientcomm_conversations.adapters.tables.messages import marker, message
from clientcomm_conversations.adapters.tables.staff import staff, staff_role
from clientcomm_conversations.domain.search_words import search_text, sort_name
from clientcomm_persistence import Database, Transaction

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WRITTEN_OUT = frozenset({202, 212, 312, 720})
"""Areas of the numbers that tests write out."""


def _is_in_use(area: int) -> bool:
    number = phonenumbers.parse(f"+1{area}5550100")
    return bool(phonenumbers.is_valid_number_for_region(number, "US"))


_AREAS = [area for area in range(201, 990) if area not in WRITTEN_OUT and _is_in_use(area)]
_numbers = count()


class StoppedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Place:
    """A department and its number."""

    id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation and who is behind it."""

    id: UUID
    department: Place
    client_id: UUID | None
    number: str
    number_id: UUID | None


def a_number() -> str:
    """A phone in an area that there is, and none that a test writes out, however many were made."""
    area, phone = divmod(next(_numbers), 100)
    return f"+1{_AREAS[area % len(_AREAS)]}55501{phone:02d}"


@dataclass(slots=True)
class Scene:
    """A database under construction, and its questions."""

    database: Database
    clock: StoppedClock = field(default_factory=StoppedClock)

    async def ask(self, request: Request[Any]) -> Any:
        reply = await reading_handlers(self.database, self.clock)[type(request)](request)
        assert isinstance(reply, Reply)
        return reply

    async def shown(self, asker: Asker, conversation_id: UUID) -> list[str]:
        """The newest page of a thread: texts, and the kinds of its markers."""
        reply = await self.ask(GetThread(asker=asker, conversation_id=conversation_id))
        return [i.body if i.kind == "message" else i.marker.value for i in reply.items]

    async def put(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        async with self.database.transaction() as tx:
            await tx.execute(insert(table), rows)

    async def change(self, table: Table, row_id: UUID, **values: Any) -> None:
        key = table.c.conversation_id if table is conversation_summary else table.c.id
        async with self.database.transaction() as tx:
            await tx.execute(update(table).where(key == row_id).values(**values))

    async def change_conversation(self, thread: "Thread", **values: Any) -> None:
        await self.change(conversation, thread.id, **values)

    async def change_summary(self, thread: "Thread", **values: Any) -> None:
        await self.change(conversation_summary, thread.id, **values)

    async def department(self, name: str, *, time_zone: str = "America/Chicago") -> Place:
        place = Place(new_id(), a_number())
        await self.put(
            department,
            [{"id": place.id, "name": name, "time_zone": time_zone, "created_at": NOON}],
        )
        await self.put(
            department_number,
            [
                {
                    "id": new_id(),
                    "department_id": place.id,
                    "value": place.number,
                    "since": NOON,
                }
            ],
        )
        return place

    async def staff(
        self, name: str, *roles: tuple[Role, Place | None], is_active: bool = True
    ) -> Asker:
        staff_id = new_id()
        await self.put(
            staff,
            [
                {
                    "id": staff_id,
                    "full_name": name,
                    "email": f"{staff_id}@example.org",
                    "is_active": is_active,
                    "created_at": NOON,
                }
            ],
        )
        rows = [
            {
                "id": new_id(),
                "staff_id": staff_id,
                "role": role.value,
                "department_id": place.id if place else None,
                "since": NOON,
            }
            for role, place in roles
        ]
        if rows:
            await self.put(staff_role, rows)
        return Asker(staff_id=staff_id)

    async def client(
        self, first_name: str = "Ada", last_name: str = "Quist", *, id_number: str | None = None
    ) -> tuple[UUID, UUID, str]:
        client_id, number_id, number = new_id(), new_id(), a_number()
        async with self.database.transaction() as tx:
            await tx.execute(
                insert(client),
                {
                    "id": client_id,
                    "first_name": first_name,
                    "last_name": last_name,
                    "added_in_department_id": await self._any_department(tx),
                    "id_number": id_number,
                    "created_at": NOON,
                },
            )
        await self.number(client_id, number, number_id=number_id, is_primary=True)
        return client_id, number_id, number

    async def number(
        self,
        client_id: UUID,
        value: str,
        *,
        number_id: UUID | None = None,
        is_primary: bool = False,
        until: datetime | None = None,
    ) -> UUID:
        number_id = number_id or new_id()
        await self.put(
            client_number,
            [
                {
                    "id": number_id,
                    "client_id": client_id,
                    "value": value,
                    "since": NOON - timedelta(days=90),
                    "until": until,
                    "is_primary": is_primary,
                }
            ],
        )
        return number_id

    async def thread(
        self,
        place: Place,
        assigned_to: Asker | None,
        *,
        first_name: str = "Ada",
        last_name: str = "Quist",
        id_number: str | None = None,
        client_id: UUID | None = None,
        state: ConversationState | None = None,
        **summary: Any,
    ) -> Thread:
        number_id, number = None, ""
        if client_id is None:
            client_id, number_id, number = await self.client(
                first_name, last_name, id_number=id_number
            )
        return await self._thread(
            Thread(new_id(), place, client_id, number, number_id),
            assigned_to,
            state,
            names=(first_name, last_name),
            id_number=id_number,
            summary=summary,
        )

    async def unknown_sender(
        self, place: Place, *, sender: str | None = None, **summary: Any
    ) -> Thread:
        thread = Thread(new_id(), place, None, sender or a_number(), None)
        return await self._thread(
            thread, None, None, names=("", ""), id_number=None, summary=summary
        )

    async def message(
        self,
        thread: Thread,
        body: str,
        at: datetime,
        *,
        direction: Direction = Direction.INBOUND,
        **columns: Any,
    ) -> UUID:
        is_inbound = direction is Direction.INBOUND
        ends = (thread.number, thread.department.number)
        message_id = new_id()
        row = {
            "id": message_id,
            "conversation_id": thread.id,
            "department_id": thread.department.id,
            "direction": direction.value,
            "author": (Author.CLIENT if is_inbound else Author.STAFF).value,
            "lane": None if is_inbound else Lane.REPLY.value,
            "body": body,
            "state": (MessageState.RECEIVED if is_inbound else MessageState.DELIVERED).value,
            "segments": 1,
            "number_from": ends[0] if is_inbound else ends[1],
            "number_to": ends[1] if is_inbound else ends[0],
            "at": at,
            "written_at": at,
            **columns,
        }
        await self.put(message, [row])
        return message_id

    async def marker(self, thread: Thread, kind: MarkerKind, at: datetime) -> UUID:
        marker_id = new_id()
        await self.put(
            marker,
            [
                {
                    "id": marker_id,
                    "conversation_id": thread.id,
                    "department_id": thread.department.id,
                    "at": at,
                    "kind": kind.value,
                    "details": {},
                }
            ],
        )
        return marker_id

    async def _thread(
        self,
        thread: Thread,
        assigned_to: Asker | None,
        state: ConversationState | None,
        *,
        names: tuple[str, str],
        id_number: str | None,
        summary: dict[str, Any],
    ) -> Thread:
        holder = assigned_to.staff_id if assigned_to else None
        default = ConversationState.OPEN if holder else ConversationState.UNASSIGNED
        shared = {
            "department_id": thread.department.id,
            "client_id": thread.client_id,
            "sender": None if thread.client_id else thread.number,
            "assigned_to": holder,
            "state": (state or default).value,
        }
        await self.put(conversation, [{"id": thread.id, **shared, "opened_at": NOON}])
        row = {
            "conversation_id": thread.id,
            **shared,
            "first_name": names[0],
            "last_name": names[1],
            "sort_name": sort_name(*names, None if thread.client_id else thread.number),
            "primary_number": thread.number or None,
            "id_number": id_number,
            "language": "en",
            "search_text": search_text(names, [thread.number], id_number),
            **summary,
        }
        row["is_unread"] = bool(row.get("unread_count"))
        await self.put(conversation_summary, [row])
        return thread

    @staticmethod
    async def _any_department(tx: Transaction) -> UUID:
        found = await tx.execute(department.select().limit(1))
        return UUID(str(found.scalars().one()))
