import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from clientcomm_local.processes import Mark, end_leftovers, read_marks, write_marks


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield process
        process.kill()


def test_a_leftover_of_an_interrupted_run_is_ended(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    marks = tmp_path / "marks.json"
    write_marks(marks, [Mark.of(sleeper.pid)])

    assert end_leftovers(marks) == 1

    assert not psutil.pid_exists(sleeper.pid)
    assert not marks.exists()


def test_a_process_that_got_a_reused_id_is_left_alone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    marks = tmp_path / "marks.json"
    write_marks(marks, [Mark(sleeper.pid, created=1.0)])

    assert end_leftovers(marks) == 0

    assert sleeper.poll() is None


@pytest.mark.parametrize("text", ["", "[{", '[{"pid": 1}]'])
def test_a_file_that_was_cut_short_names_nobody(tmp_path: Path, text: str) -> None:
    marks = tmp_path / "marks.json"
    marks.write_text(text)

    assert read_marks(marks) == []


def test_this_process_is_recognised() -> None:
    found = Mark.of(os.getpid()).process()

    assert found is not None
    assert found.pid == os.getpid()
