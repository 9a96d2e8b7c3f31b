import signal
import subprocess
import sys

import pytest

from clientcomm_chassis.failpoints import parse_failpoints

PROGRAM = """
from clientcomm_chassis.failpoints import failpoint
for number in range(1, 6):
    print(number, flush=True)
    failpoint("here")
    failpoint("there")
"""


def _run(points: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"CLIENTCOMM_FAILPOINTS": points},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_process_is_killed_the_nth_time_it_comes_by() -> None:
    finished = _run("here:kill:3")

    assert finished.returncode == -signal.SIGKILL
    assert finished.stdout.split() == ["1", "2", "3"]


@pytest.mark.parametrize("points", ["", "elsewhere:kill:1", "here:kill:9"])
def test_other_points_do_nothing(points: str) -> None:
    finished = _run(points)

    assert finished.returncode == 0
    assert len(finished.stdout.split()) == 5


def test_several_points_are_read() -> None:
    assert parse_failpoints("a:kill:1,b:stop:20") == {
        "a": (signal.SIGKILL, 1),
        "b": (signal.SIGSTOP, 20),
    }
