"""Where the time of day comes from: the system, or the system moved by a file in the test stack."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

_LOOK_AGAIN = 0.05


class Clock(Protocol):
    """The only source of due times, quiet hours and settle times."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class FileOffsetClock:
    """The machine's clock plus the `offset_seconds` of a JSON file, read again when it changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = timedelta()
        self._changed_at: int | None = None
        self._look_again_at = 0.0

    def now(self) -> datetime:
        """The present instant of the test stack, aware, in UTC."""
        self._follow_file()
        return datetime.now(UTC) + self._offset

    def _follow_file(self) -> None:
        if time.monotonic() < self._look_again_at:
            return
        self._look_again_at = time.monotonic() + _LOOK_AGAIN
        try:
            changed_at = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            self._offset, self._changed_at = timedelta(), None
            return
        if changed_at != self._changed_at:
            self._read(changed_at)

    def _read(self, changed_at: int) -> None:
        try:
            offset = float(json.loads(self._path.read_text())["offset_seconds"])
        except ValueError:
            return  # caught in the middle of being written; the next look reads it whole
        self._offset, self._changed_at = timedelta(seconds=offset), changed_at


def clock_of(clock_file: Path | None) -> Clock:
    """The file's clock if a file is named, else the system's."""
    return FileOffsetClock(clock_file) if clock_file else SystemClock()
