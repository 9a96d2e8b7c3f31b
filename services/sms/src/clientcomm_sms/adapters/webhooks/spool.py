"""Requests on disk while the database is away: a directory per process, fsynced in groups."""

import asyncio
import fcntl
import os
import re
import struct
import threading
import zlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import orjson
import structlog

from clientcomm_chassis import counter, new_id
from clientcomm_sms.adapters.webhooks.requests import Kind, StoredRequest

log = structlog.get_logger()

_HEAD = struct.Struct(">II")
_DRAIN_EVERY = 5.0
_spooled = counter("webhooks_spooled", "Requests written to the spool")

Store = Callable[[Sequence[StoredRequest]], Awaitable[None]]


class SpoolNotWritable(Exception):
    """The spool cannot take a request; the carrier is to try again."""


class Spool:
    """Append-only files of one process; drained by it, or by another one once it has died.

    A record is its length, its checksum and its content: a torn one at the end of a file was
    never answered and is left out.
    """

    def __init__(self, base: Path, process_name: str) -> None:
        self._base = base
        self._name = re.sub(r"[^A-Za-z0-9_.-]", "_", process_name) or "webhooks"
        self._lock: int | None = None
        self._folder = base
        self._file: int | None = None
        self._writing = threading.Lock()

    def open(self) -> None:
        """Take a directory for this process; a second one of the same name gets its own."""
        for number in range(1, 100):
            folder = self._base / (self._name if number == 1 else f"{self._name}-{number}")
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = _try_lock(folder)
            if lock is not None:
                self._folder, self._lock = folder, lock
                return
        raise SpoolNotWritable

    def close(self) -> None:
        """Give the directory back."""
        with self._writing:
            self._end_file()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def is_writable(self) -> bool:
        """Whether a request could be kept now."""
        return self._lock is not None and os.access(self._folder, os.W_OK | os.X_OK)

    def write(self, requests: Sequence[StoredRequest]) -> None:
        """Append and fsync; blocks. Raises SpoolNotWritable."""
        data = b"".join(map(_encoded, requests))
        with self._writing:
            try:
                descriptor = self._open_file()
                if os.write(descriptor, data) < len(data):
                    raise OSError("short write")  # noqa: TRY301 - handled like any other failure
                os.fsync(descriptor)
            except OSError as error:
                self._end_file()
                raise SpoolNotWritable from error
        _spooled.inc(len(requests))

    async def drain(self, store: Store) -> int:
        """Store what lies in this directory and in those that nobody holds; returns how many."""
        with self._writing:
            self._end_file()
            mine = sorted(self._folder.glob("*.spool"))
        total = 0
        for path in mine:
            total += await _drain_file(path, store)
        for folder in sorted(self._base.iterdir()):
            if folder.is_dir() and folder != self._folder:
                total += await _drain_abandoned(folder, store)
        return total

    def _open_file(self) -> int:
        if self._file is None:
            path = self._folder / f"{new_id().hex}.spool"
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
            self._file = os.open(path, flags, 0o600)
            _sync_folder(self._folder)
        return self._file

    def _end_file(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class SpoolDrain:
    """Drains the spool at the start and every 5 s."""

    name = "spool"

    def __init__(self, spool: Spool, store: Store) -> None:
        self._spool = spool
        self._store = store
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take the directory and begin."""
        self._spool.open()
        self._task = asyncio.create_task(self._run(), name=self.name)

    async def stop(self) -> None:
        """End; what lies there is drained at the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._spool.close()

    def is_ready(self) -> bool:
        """Whether the spool could take a request."""
        return self._spool.is_writable()

    async def _run(self) -> None:
        while True:
            try:
                if drained := await self._spool.drain(self._store):
                    log.info("spool_drained", requests=drained)
            except Exception as fault:  # noqa: BLE001 - tried again in 5 s
                log.warning("spool_waits", reason=type(fault).__name__)
            await asyncio.sleep(_DRAIN_EVERY)


async def _drain_file(path: Path, store: Store) -> int:
    requests = list(_decoded(await asyncio.to_thread(path.read_bytes)))
    for start in range(0, len(requests), 200):
        await store(requests[start : start + 200])
    await asyncio.to_thread(path.unlink)
    return len(requests)


async def _drain_abandoned(folder: Path, store: Store) -> int:
    lock = _try_lock(folder)
    if lock is None:
        return 0
    try:
        paths = await asyncio.to_thread(lambda: sorted(folder.glob("*.spool")))
        return sum([await _drain_file(path, store) for path in paths])
    finally:
        os.close(lock)


def _try_lock(folder: Path) -> int | None:
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _encoded(request: StoredRequest) -> bytes:
    content = orjson.dumps(
        [
            request.kind,
            request.key,
            request.token,
            request.raw.decode("latin-1"),
            request.received_at,
        ]
    )
    return _HEAD.pack(len(content), zlib.crc32(content)) + content


def _decoded(data: bytes) -> Iterator[StoredRequest]:
    place = 0
    while place + _HEAD.size <= len(data):
        length, checksum = _HEAD.unpack_from(data, place)
        content = data[place + _HEAD.size : place + _HEAD.size + length]
        if len(content) < length or zlib.crc32(content) != checksum:
            log.warning("spool_torn_record", at=place)
            return
        kind, key, token, raw, received_at = orjson.loads(content)
        yield StoredRequest(
            Kind(kind),
            key,
            UUID(token) if token else None,
            raw.encode("latin-1"),
            datetime.fromisoformat(received_at),
        )
        place += _HEAD.size + length
