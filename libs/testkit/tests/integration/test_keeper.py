import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clientcomm_testkit.run_folder import VARIABLE

pytestmark = [pytest.mark.integration, pytest.mark.slow]

_RUN = """
import sys, time
from clientcomm_testkit import keeper
from clientcomm_testkit.run_folder import RunFolder

run = RunFolder.create()
print(run.path, flush=True)
{steps}
"""


def a_run(steps: str) -> tuple[subprocess.Popen[str], Path]:
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    run = subprocess.Popen(
        [sys.executable, "-c", _RUN.format(steps=steps)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    return run, Path(run.stdout.readline().strip())


def wait_until_gone(folder: Path, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not folder.exists()


def test_the_servers_of_a_killed_run_end_by_themselves_and_leave_nothing() -> None:
    run, folder = a_run(
        "keeper.await_server(run, 'postgres'); print('up', flush=True); time.sleep(600)"
    )
    with run:
        assert run.stdout is not None
        assert run.stdout.readline() == "up\n"

        run.send_signal(signal.SIGKILL)
        run.wait()

        assert wait_until_gone(folder, seconds=30)


def test_a_stack_that_nobody_waits_for_any_more_is_not_started_to_its_end() -> None:
    run, folder = a_run(
        "keeper.request_server(run, 'stack'); time.sleep(4); keeper.dismiss_servers(run);"
        " print('keeping', *run.path.glob('*.keeping'), flush=True); run.remove()"
    )

    with run:
        assert run.stdout is not None
        assert run.stdout.readline() == "keeping\n"
        assert run.wait(120) == 0

    assert not folder.exists()
