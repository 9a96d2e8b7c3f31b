"""What people do during a run: all of it drawn from one seed."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from tests.resilience.callers import Caller, CallFailed, Phones
from tests.resilience.record import Person, Promise, Record
from tests.resilience.world import World

_WORDS = ("harbour", "lantern", "meadow", "orchard", "pebble", "quarry", "saddle", "willow")
_FIRST = ("Zenobia", "Quillon", "Xanthia", "Ulrica", "Thessaly", "Osric", "Ysolde", "Wendeline")
_LAST = ("Quartermain", "Vandergriff", "Ostrowicz", "Przybylo", "Ketteridge", "Zimmerling")
_TOO_LATE = {"time_in_past", "time_in_the_past"}

Step = tuple[float, Callable[[], Awaitable[None]]]


@dataclass(frozen=True)
class Load:
    """How much is done in how many seconds."""

    seconds: float = 4.0
    people: int = 9
    texts: int = 40
    inbound: int = 16
    scheduled: int = 4
    mass: int = 6
    strangers: int = 1
    calls: int = 3
    opt_outs: int = 1


MUCH = Load(seconds=8.0, people=18, texts=200, inbound=80, scheduled=12, mass=12, strangers=3)


def _key(chance: random.Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))


@dataclass
class Workload:
    """One run of people's doings; `people_arrive`, then `go`."""

    world: World
    label: str
    load: Load = field(default_factory=Load)

    def __post_init__(self) -> None:
        self._chance = random.Random(f"{self.world.seed}:{self.label}")
        # Apart, because how many numbers are no numbers must not change what is done afterwards.
        self._arrivals = random.Random(f"{self.world.seed}:{self.label}:arrivals")
        self._more = random.Random(f"{self.world.seed}:{self.label}:more")
        self.record = Record(self.label, self.world.department["number"])
        self._callers: dict[str, Caller] = {}
        self._bodies: dict[str, list[str]] = {}

    async def people_arrive(self) -> None:
        """Clients of this run alone."""
        async with AsyncExitStack() as open_until_end:
            await self._connect(open_until_end)
            for number in range(self.load.people):
                token = self.world.tokens[number % len(self.world.tokens)]
                self.record.people.append(await self._arrive(token))

    async def _arrive(self, token: str) -> Person:
        while True:
            phone = self.world.numbers.next()
            details = {
                "first_name": self._arrivals.choice(_FIRST),
                "last_name": self._arrivals.choice(_LAST),
                "phone": phone,
            }
            key = _key(self._arrivals)
            status, made = await self._callers[token].post("/clients", details, key=key)
            if status == 201:
                return Person(phone, made["conversation_id"], token)
            if made.get("code") != "number_invalid":
                raise CallFailed(f"a client was refused: {status} {made.get('code')}")

    async def go(self) -> Record:
        """Do everything, each thing at its moment; returns what was promised."""
        async with AsyncExitStack() as open_until_end:
            phones = await self._connect(open_until_end)
            steps = [*self._outgoing(), *self._incoming(phones), *self._later()]
            await asyncio.gather(*(self._at(moment, step) for moment, step in steps))
        return self.record

    async def go_on(self) -> None:
        """A little more of everything."""
        async with AsyncExitStack() as open_until_end:
            phones = await self._connect(open_until_end)
            person, phone = (self._more.choice(self.record.people) for _ in range(2))
            steps = [
                self._texting(person, False),
                self._phoning(phones, phone.phone),
                *([self._scheduling(person)] if self.load.scheduled else []),
            ]
            await asyncio.gather(*(self._at(0, step) for step in steps))

    async def send_to_opted_out(self) -> list[dict[str, Any]]:
        """After the run: texts to those who opted out; what the API answered."""
        async with AsyncExitStack() as open_until_end:
            await self._connect(open_until_end)
            return [
                answer
                for person in self.record.opted_out
                if (answer := await self._text(person, self._body(person), repeat=False))
            ]

    async def _connect(self, until_end: AsyncExitStack) -> Phones:
        stack = self.world.stack
        for token in self.world.tokens:
            caller = Caller(stack.gateway_url, token)
            self._callers[token] = await until_end.enter_async_context(caller)
        return await until_end.enter_async_context(Phones(stack.simulator_url))

    async def _at(self, moment: float, step: Callable[[], Awaitable[None]]) -> None:
        await asyncio.sleep(moment)
        try:
            await step()
        except CallFailed as fault:
            self.record.faults.append(str(fault))

    def _moment(self) -> float:
        return self._chance.uniform(0, self.load.seconds)

    def _body(self, person: Person) -> str:
        """A text of its own, or now and then one that this client was sent before."""
        known = self._bodies.setdefault(person.conversation_id, [])
        if known and self._chance.random() < 0.1:
            return self._chance.choice(known)
        words = " ".join(self._chance.choices(_WORDS, k=3))
        known.append(f"{words}: it\u2019s {self.label} {self._chance.getrandbits(40):010x}")
        return known[-1]

    def _outgoing(self) -> list[Step]:
        texts: list[Step] = []
        for _ in range(self.load.texts):
            person = self._chance.choice(self.record.people)
            texts.append((self._moment(), self._texting(person, self._chance.random() < 0.3)))
        if self.load.mass:
            recipients = self._chance.sample(self.record.people, self.load.mass)
            texts += [
                (self._moment(), self._mass_texting(token, recipients))
                for token in dict.fromkeys(person.token for person in recipients)
            ]
        return texts

    def _texting(self, person: Person, repeat: bool) -> Callable[[], Awaitable[None]]:
        body, key = self._body(person), _key(self._chance)

        async def step() -> None:
            await self._text(person, body, repeat=repeat, key=key)

        return step

    async def _text(
        self, person: Person, body: str, *, repeat: bool, key: str | None = None
    ) -> dict[str, Any]:
        path, key = f"/conversations/{person.conversation_id}/messages", key or _key(self._chance)
        caller = self._callers[person.token]
        same = [caller.post(path, {"body": body}, key=key) for _ in range(2 if repeat else 1)]
        self.record.requests += 1
        self.record.repeats += repeat
        answers = await asyncio.gather(*same)
        if len({answer.get("id") for _, answer in answers}) != 1:
            self.record.faults.append("the same request got two answers")
        status, answer = answers[0]
        if status == 201:
            self._promise("message", answer["id"], person, body)
        elif not self.record.is_fair_refusal(answer.get("code"), [person]):
            self.record.faults.append(f"a text was refused: {status} {answer.get('code')}")
        return answer

    def _mass_texting(
        self, token: str, recipients: Sequence[Person]
    ) -> Callable[[], Awaitable[None]]:
        mine = [person for person in recipients if person.token == token]
        body, key = f"To all: {self._body(mine[0])}", _key(self._chance)
        wanted = {"conversation_ids": [p.conversation_id for p in mine], "body": body}

        async def step() -> None:
            status, answer = await self._callers[token].post("/mass-messages", wanted, key=key)
            if status != 201:
                if not self.record.is_fair_refusal(answer.get("code"), mine):
                    refused = f"a mass message was refused: {status} {answer.get('code')}"
                    self.record.faults.append(refused)
                return
            skipped = {one["conversation_id"] for one in answer["skipped"]}
            for person in mine:
                if person.conversation_id not in skipped:
                    self._promise("mass", answer["id"], person, body)

        return step

    def _incoming(self, phones: Phones) -> list[Step]:
        ours = self.record.our_number
        self.record.strangers += [self.world.numbers.next() for _ in range(self.load.strangers)]
        senders = self.record.phones
        arriving: list[Step] = [
            (self._moment(), self._phoning(phones, phone))
            for phone in (
                *self._chance.choices(senders, k=self.load.inbound),
                *self.record.strangers,
            )
        ]
        for person in self._chance.sample(self.record.people, self.load.opt_outs):
            self.record.opted_out.append(person)
            stop = partial(phones.text, sender=person.phone, to=ours, body="STOP")
            arriving.append((self._moment(), stop))
        callers = self._chance.choices(self.record.people, k=self.load.calls)
        return arriving + [(self._moment(), self._calling(phones, one.phone)) for one in callers]

    def _phoning(self, phones: Phones, phone: str) -> Callable[[], Awaitable[None]]:
        body = f"answer {self.label} {self._chance.getrandbits(40):010x} from me"
        return partial(phones.text, sender=phone, to=self.record.our_number, body=body)

    def _calling(self, phones: Phones, phone: str) -> Callable[[], Awaitable[None]]:
        async def step() -> None:
            is_answered = await phones.call(sender=phone, to=self.record.our_number)
            self.record.calls.append((phone, is_answered))

        return step

    def _later(self) -> list[Step]:
        """Scheduled texts of all case managers, and the clock that lets them fall due."""
        early = self.load.seconds / 3
        steps: list[Step] = [
            (self._chance.uniform(0, early), self._scheduling(person))
            for person in self._chance.choices(self.record.people, k=self.load.scheduled)
        ]

        async def later() -> None:
            self.world.clock.advance(200)

        return [*steps, (early * 2, later)] if steps else []

    def _scheduling(self, person: Person) -> Callable[[], Awaitable[None]]:
        body, key = f"Later: {self._body(person)}", _key(self._chance)
        clock, zone = self.world.clock, self.world.department["time_zone"]

        async def step() -> None:
            wanted = {
                "conversation_id": person.conversation_id,
                "body": body,
                "local_time": clock.local_minute(2),
                "time_zone": zone,
            }
            caller = self._callers[person.token]
            status, answer = await caller.post("/scheduled-messages", wanted, key=key)
            if status == 201:
                self._promise("scheduled", answer["id"], person, body)
            elif answer.get("code") not in _TOO_LATE:  # it was long on its way
                refused = f"a scheduled text was refused: {status} {answer.get('code')}"
                self.record.faults.append(refused)

        return step

    def _promise(self, kind: str, promise_id: str, person: Person, body: str) -> None:
        self.record.promises.append(
            Promise(kind, promise_id, person.conversation_id, person.phone, body)
        )
