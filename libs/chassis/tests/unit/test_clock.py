import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clientcomm_chassis import FileOffsetClock, SystemClock, clock_of

_BETWEEN_TWO_LOOKS = timedelta(minutes=1)
"""At two clocks, one after the other, on a machine that may stand still between them."""


def _set(path: Path, seconds: float) -> None:
    path.write_text(json.dumps({"offset_seconds": seconds}))
    os.utime(path, ns=(time.time_ns(), time.time_ns()))


def _offset(clock: FileOffsetClock) -> timedelta:
    return clock.now() - datetime.now(UTC)


def test_the_system_clock_is_aware_and_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_the_clock_moves_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    _set(path, 3600)
    clock = FileOffsetClock(path)
    assert _offset(clock) == pytest.approx(timedelta(hours=1), abs=_BETWEEN_TWO_LOOKS)

    _set(path, -3600)
    time.sleep(0.06)

    assert _offset(clock) == pytest.approx(timedelta(hours=-1), abs=_BETWEEN_TWO_LOOKS)


def test_without_the_file_it_is_the_system_clock(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    clock = FileOffsetClock(path)
    assert abs(_offset(clock)) < _BETWEEN_TWO_LOOKS

    _set(path, 3600)
    time.sleep(0.06)
    assert _offset(clock) > timedelta(minutes=59)
    path.unlink()
    time.sleep(0.06)

    assert abs(_offset(clock)) < _BETWEEN_TWO_LOOKS


def test_a_file_caught_half_written_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    _set(path, 3600)
    clock = FileOffsetClock(path)
    clock.now()

    path.write_text('{"offset_sec')
    time.sleep(0.06)

    assert _offset(clock) > timedelta(minutes=59)


def test_a_named_file_decides_which_clock_it_is(tmp_path: Path) -> None:
    assert isinstance(clock_of(None), SystemClock)
    assert isinstance(clock_of(tmp_path / "clock.json"), FileOffsetClock)
