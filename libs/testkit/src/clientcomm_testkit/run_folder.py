"""The folder that all processes of one test run share: who owns it, and what was found or made."""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import psutil

from clientcomm_local.processes import Mark

VARIABLE = "CLIENTCOMM_TEST_RUN"
Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A folder of one test run, shared by its xdist workers and removed with its owner."""

    path: Path

    @classmethod
    def create(cls) -> "RunFolder":
        """A new one owned by this process; workers started from here find it again."""
        path = Path(tempfile.mkdtemp(prefix="clientcomm-test-"))
        # Database and broker run as other users and must be able to pass through.
        path.chmod(0o711)
        mark = Mark.of(os.getpid())
        (path / "owner.json").write_text(json.dumps({"pid": mark.pid, "created": mark.created}))
        os.environ[VARIABLE] = str(path)
        return cls(path)

    @classmethod
    def current(cls) -> "RunFolder":
        """The folder of the run that this process belongs to."""
        known = os.environ.get(VARIABLE)
        return cls(Path(known)) if known else cls.create()

    def owner(self) -> psutil.Process | None:
        """The process that the run ends with, or None when it has ended."""
        try:
            fields = json.loads((self.path / "owner.json").read_text())
        except FileNotFoundError:
            return None
        return Mark(fields["pid"], fields["created"]).process()

    @contextlib.contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Hold a lock among all processes of the run."""
        with (self.path / f"{name}.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def once(self, name: str, make: Callable[[], Facts]) -> Facts:
        """What `make` returned in the first process of the run that asked."""
        with self.locked(name):
            known = self.read(name)
            if known is None:
                known = make()
                self.write(name, known)
            return known

    def read(self, name: str) -> Facts | None:
        """Facts written under a name, or None."""
        try:
            return cast("Facts", json.loads((self.path / f"{name}.json").read_text()))
        except FileNotFoundError:
            return None

    def write(self, name: str, facts: Facts) -> None:
        """Leave facts for the other processes of the run; all of them or nothing is seen."""
        fresh = self.path / f"{name}.{os.getpid()}.new"
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(dict(facts)))
        fresh.replace(self.path / f"{name}.json")

    def remove(self) -> None:
        """Remove it with everything in it."""
        shutil.rmtree(self.path, ignore_errors=True)
