"""Many made-up clients and texts as lines for COPY, for measuring with a realistic load."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import UUID

from clientcomm_conversations.domain.demo import cast
from clientcomm_conversations.domain.demo.episodes import ENGLISH
from clientcomm_conversations.domain.search_words import search_text, sort_name

NULL = r"\N"
_SENTENCES = tuple(
    line[2:].format(
        first="Sam",
        me="Lee",
        office="the office",
        day="Monday",
        time="9:00 AM",
        room="2B",
        place="Mill Street",
    )
    for episode in ENGLISH
    for line in episode
)
_FIRST_LINE = 200
_LINES = 9_800
_SERVICES = 11
"""Area codes that end like this are no areas: 911, 411 and the like."""
_AREAS = tuple(a for a in range(201, 990) if a % 100 != _SERVICES and a not in {500, 555})
_OUTBOUND = 0.55
_UNREAD = 0.06
_FAILED = 0.03
_CLOSED = 0.05
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Load:
    """How much, where, and between when."""

    clients: int
    messages: int
    department_id: UUID
    number: str
    staff_ids: Sequence[UUID]
    first_number: int
    begins: datetime
    ends: datetime
    seed: int


@dataclass(slots=True)
class Standing:
    """A conversation of the load while its texts are made."""

    id: str
    client_id: str
    phone: str
    names: tuple[str, str]
    id_number: str
    staff_id: str
    state: str
    unread: int = 0
    last: tuple[str, str, str] | None = None
    last_inbound: tuple[str, str] | None = None
    problem_at: str | None = None


@dataclass(slots=True)
class Rows:
    """Lines of every table; texts first, for the others show what they came to."""

    load: Load
    chance: Random
    standings: list[Standing] = field(default_factory=list)

    def begin(self) -> None:
        """Make up the clients."""
        for place in range(self.load.clients):
            self.standings.append(self._standing(place))

    def messages(self) -> Iterator[str]:
        """Texts in order of time, each of any client, as they come in life."""
        load, chance = self.load, self.chance
        step = (load.ends - load.begins) / max(load.messages, 1)
        order = list(range(load.clients))
        chance.shuffle(order)
        for place in range(load.messages):
            at = load.begins + step * place
            known = place < load.clients
            whose = order[place] if known else int(chance.random() * load.clients)
            yield self._message(self.standings[whose], at)

    def clients(self) -> Iterator[str]:
        for client in self.standings:
            yield _line(
                client.client_id,
                *client.names,
                "en",
                str(self.load.department_id),
                client.id_number,
                "1",
                self._opened,
            )

    def numbers(self) -> Iterator[str]:
        for client in self.standings:
            yield _line(
                _id(self.load.begins, self.chance),
                client.client_id,
                client.phone,
                self._opened,
                "t",
            )

    def conversations(self) -> Iterator[str]:
        # Nothing of it was told, so the first fact of each will have sequence 1.
        for one in self.standings:
            read_up_to, read_id = (
                (one.last_inbound or (NULL, NULL))
                if not one.unread
                else (
                    NULL,
                    NULL,
                )
            )
            yield _line(
                one.id,
                str(self.load.department_id),
                one.client_id,
                one.staff_id,
                one.staff_id,
                one.state,
                read_up_to,
                read_id,
                one.phone if one.last_inbound else NULL,
                self._opened,
                self._closed if one.state == "closed" else NULL,
            )

    def summaries(self) -> Iterator[str]:
        for one in self.standings:
            at, direction, body = one.last or (NULL, NULL, "")
            yield _line(
                one.id,
                str(self.load.department_id),
                one.staff_id,
                one.state,
                one.client_id,
                *one.names,
                sort_name(*one.names, None),
                one.phone,
                one.id_number,
                "en",
                str(one.unread),
                "t" if one.unread else "f",
                "t" if one.problem_at else "f",
                one.problem_at or NULL,
                at,
                body,
                direction,
                at,
                one.last_inbound[0] if one.last_inbound else NULL,
                search_text(one.names, [one.phone], one.id_number),
            )

    def assignments(self) -> Iterator[str]:
        for one in self.standings:
            yield _line(_id(self.load.begins, self.chance), one.id, one.staff_id, self._opened)

    @property
    def _opened(self) -> str:
        return self.load.begins.isoformat()

    @property
    def _closed(self) -> str:
        return self.load.ends.isoformat()

    def _standing(self, place: int) -> Standing:
        load, chance = self.load, self.chance
        nth = load.first_number + place
        area = _AREAS[nth // _LINES % len(_AREAS)]
        return Standing(
            id=_id(load.begins, chance),
            client_id=_id(load.begins, chance),
            phone=f"+1{area}555{_FIRST_LINE + nth % _LINES:04d}",
            names=(chance.choice(cast.FIRST_NAMES), chance.choice(cast.LAST_NAMES)),
            id_number=f"B-{nth:07d}",
            staff_id=str(load.staff_ids[place % len(load.staff_ids)]),
            state="closed" if chance.random() < _CLOSED else "open",
        )

    def _message(self, one: Standing, at: datetime) -> str:
        chance, load = self.chance, self.load
        body = _SENTENCES[int(chance.random() * len(_SENTENCES))]
        when, message_id = at.isoformat(), _id(at, chance)
        common = (message_id, one.id, str(load.department_id))
        if chance.random() < _OUTBOUND:
            failed = chance.random() < _FAILED
            one.last, one.unread = (when, "outbound", body[:_SHOWN]), 0
            one.problem_at = when if failed else None
            state, code = ("undelivered", "30003") if failed else ("delivered", NULL)
            return _line(
                *common,
                "outbound",
                "staff",
                one.staff_id,
                "reply",
                body,
                state,
                "2",
                "1",
                load.number,
                one.phone,
                when,
                when,
                NULL,
                when,
                NULL if failed else when,
                code,
                NULL,
            )
        one.last, one.last_inbound = (when, "inbound", body[:_SHOWN]), (when, message_id)
        one.problem_at = None
        if one.state == "open" and (one.unread or chance.random() < _UNREAD):
            one.unread += 1
        return _line(
            *common,
            "inbound",
            "client",
            NULL,
            NULL,
            body,
            "received",
            "0",
            "1",
            one.phone,
            load.number,
            when,
            when,
            when,
            NULL,
            NULL,
            NULL,
            _id(at, chance),
        )


def _line(*values: str) -> str:
    return "\t".join(values) + "\n"


def _id(at: datetime, chance: Random) -> str:
    milliseconds = f"{int(at.timestamp() * 1000):012x}"
    rest = f"{chance.getrandbits(72):018x}"
    return f"{milliseconds[:8]}-{milliseconds[8:]}-7{rest[:3]}-8{rest[3:6]}-{rest[6:]}"
