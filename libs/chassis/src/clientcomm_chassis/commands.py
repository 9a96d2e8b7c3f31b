"""`python -m clientcomm_x COMMAND …`: the commands that every service has."""

import inspect
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import uvloop

Command = Callable[[Sequence[str]], int | Awaitable[int | None] | None]


def main(commands: Mapping[str, Command], arguments: Sequence[str] | None = None) -> int:
    """Run the command that the first argument names; returns its exit code, 2 if unknown."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] not in commands:
        sys.stderr.write(f"commands: {', '.join(sorted(commands))}\n")
        return 2
    result = commands[given[0]](given[1:])
    if inspect.isawaitable(result):
        result = uvloop.run(_finish(result))
    return int(result or 0)


async def _finish(result: Awaitable[int | None]) -> int | None:
    return await result


class ParkedRow(Protocol):
    """What the list shows of a parked message: never its body."""

    @property
    def id(self) -> UUID: ...
    @property
    def queue(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def exception_type(self) -> str: ...
    @property
    def attempt(self) -> int: ...
    @property
    def parked_at(self) -> datetime: ...


class Parked(Protocol):
    """Where parked messages lie."""

    async def list(self) -> Sequence[ParkedRow]: ...
    async def replay(self, parked_id: UUID) -> bool: ...
    async def discard(self, parked_id: UUID) -> bool: ...
    async def close(self) -> None: ...


def parked_commands(open_parking: Callable[[], Parked]) -> Command:
    """`parked list | replay ID | discard ID`; `all` stands for every id."""

    async def run(arguments: Sequence[str]) -> int:
        parking = open_parking()
        try:
            return await _do(parking, arguments)
        finally:
            await parking.close()

    return run


async def _do(parking: Parked, arguments: Sequence[str]) -> int:
    match arguments:
        case ["list"]:
            for row in await parking.list():
                sys.stdout.write(_line(row) + "\n")
            return 0
        case ["replay", which]:
            return await _each(parking, which, parking.replay)
        case ["discard", which]:
            return await _each(parking, which, parking.discard)
    sys.stderr.write("parked list | replay ID | discard ID (or: all)\n")
    return 2


async def _each(parking: Parked, which: str, act: Callable[[UUID], Awaitable[bool]]) -> int:
    try:
        ids = [row.id for row in await parking.list()] if which == "all" else [UUID(which)]
    except ValueError:
        sys.stderr.write(f"not an id: {which}\n")
        return 2
    done = [await act(parked_id) for parked_id in ids]
    sys.stdout.write(f"{sum(done)} of {len(done)}\n")
    return 0 if all(done) else 1


def _line(row: ParkedRow) -> str:
    return json.dumps(
        {
            "id": str(row.id),
            "queue": row.queue,
            "name": row.name,
            "exception_type": row.exception_type,
            "attempt": row.attempt,
            "parked_at": row.parked_at.isoformat(),
        }
    )
