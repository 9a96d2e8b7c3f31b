"""Processes of the service that tests start, kill and freeze."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOOK_EVERY = 0.05
_LOOKS = 2400  # two minutes, for a start that takes seconds


class Served:
    """`python -m <package> serve` on a database and a virtual host."""

    def __init__(
        self,
        package: str,
        database_url: str,
        amqp_url: str,
        *,
        state_dir: Path,
        failpoints: str = "",
    ) -> None:
        self.log = state_dir / f"{id(self)}.log"
        with self.log.open("wb") as log:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", package, "serve"],
                env={
                    **os.environ,
                    "CLIENTCOMM_SERVICE_DATABASE_URL": database_url,
                    "CLIENTCOMM_AMQP_URL": amqp_url,
                    "CLIENTCOMM_CLOCK_FILE": str(state_dir / "clock.json"),
                    "CLIENTCOMM_STATE_DIR": str(state_dir),
                    "CLIENTCOMM_FAILPOINTS": failpoints,
                },
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def ready(self) -> None:
        """Until it says so in its log."""
        for _ in range(_LOOKS):
            assert self._popen.poll() is None, self.log.read_text()
            if b"process_ready" in self.log.read_bytes():
                return
            await asyncio.sleep(_LOOK_EVERY)
        raise AssertionError("not ready in time")

    async def died(self) -> int:
        """Its exit status, once it has ended by itself."""
        for _ in range(_LOOKS):
            if (status := self._popen.poll()) is not None:
                return status
            await asyncio.sleep(_LOOK_EVERY)
        raise AssertionError("still running")

    def signal(self, number: signal.Signals) -> None:
        """Kill it, freeze it, or let it go on."""
        self._popen.send_signal(number)

    def end(self) -> int:
        """Ask it to stop; its exit status."""
        if self._popen.poll() is None:
            self._popen.send_signal(signal.SIGCONT)
            self._popen.terminate()
        return self._popen.wait(timeout=_LOOKS * _LOOK_EVERY)


@contextmanager
def ended(*served: Served) -> Iterator[None]:
    """None of them outlives the test."""
    try:
        yield
    finally:
        for one in served:
            one.end()
