import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from clientcomm_testkit import stopwatch
from clientcomm_testkit.stopwatch import Stopwatch

_NEIGHBOUR = "print(flush=True)\nwhile True: pass"


@pytest.fixture
def busy_neighbour() -> Iterator[None]:
    """Somebody who wants the one processor that this test may use."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    command = [sys.executable, "-c", _NEIGHBOUR]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as neighbour:
        assert neighbour.stdout is not None
        neighbour.stdout.readline()
        yield
        neighbour.kill()
    os.sched_setaffinity(0, before)


def test_sleep_counts() -> None:
    watch = Stopwatch()

    time.sleep(0.05)

    assert watch.seconds >= 0.04


@pytest.mark.skipif(not stopwatch._STANDING_IN_LINE.exists(), reason="no kernel tells here")
def test_the_time_of_others_does_not_count(busy_neighbour: None) -> None:
    watch, began, worked = Stopwatch(), time.monotonic(), time.thread_time()

    while time.thread_time() - worked < 0.2:
        pass

    assert watch.seconds < 0.9 * (time.monotonic() - began)
