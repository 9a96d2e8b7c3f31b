"""The ledger on disk: JSON lines, append only, synced in groups."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from clientcomm_simulator.application.records import Record

_SYNC_EVERY = 0.1
_CHUNK = 4 * 1024 * 1024


class LedgerFile:
    """Implements application.ports.Journal.

    Lines leave the process at the latest with the event loop's next turn, and reach the disk
    within a tenth of a second.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._cut_torn_line()
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._lines: list[bytes] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_dirty = False
        self._syncing: asyncio.Task[None] | None = None
        self.written = 0

    def records(self) -> Iterator[Record]:
        """Everything that was ever written, oldest first."""
        with self._path.open("rb") as lines:
            for line in lines:
                yield orjson.loads(line)
                self.written += 1

    def start(self) -> None:
        """From here on lines are synced in groups."""
        self._loop = asyncio.get_running_loop()
        self._syncing = self._loop.create_task(self._sync_for_ever())

    async def stop(self) -> None:
        if self._syncing is not None:
            self._syncing.cancel()
        self.settle()
        os.fsync(self._file)
        os.close(self._file)

    def write(self, record: Mapping[str, object]) -> None:
        if not self._lines and self._loop is not None:
            self._loop.call_soon(self.settle)
        self._lines.append(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))

    def settle(self) -> None:
        if not self._lines:
            return
        waiting = b"".join(self._lines)
        self.written += len(self._lines)
        self._lines.clear()
        while waiting:
            waiting = waiting[os.write(self._file, waiting) :]
        self._is_dirty = True

    async def _sync_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_SYNC_EVERY)
            if self._is_dirty:
                self._is_dirty = False
                await asyncio.to_thread(os.fsync, self._file)

    def _cut_torn_line(self) -> None:
        """A last line without its end was never answered for; it is taken away."""
        if not self._path.exists():
            return
        with self._path.open("r+b") as file:
            size = keep = file.seek(0, os.SEEK_END)
            while keep:
                start = max(0, keep - _CHUNK)
                file.seek(start)
                found = file.read(keep - start).rfind(b"\n")
                keep = start + found + 1 if found >= 0 else start
                if found >= 0:
                    break
            if keep < size:
                file.truncate(keep)
