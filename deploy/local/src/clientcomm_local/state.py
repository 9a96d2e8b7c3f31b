"""The state directory: secrets made once, ports that stay, what runs, and logs."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import IO

from clientcomm_contracts import topology
from clientcomm_local.ports import free_port, is_free, set_aside


class AlreadyRunningError(Exception):
    """Another stack uses this state directory."""


class State:
    """Everything that the stack writes lies below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.logs = self.root / "logs"
        self.run = self.root / "run"
        self.objects = self.root / "objects"

    def prepare(self) -> None:
        """Make the folders."""
        self.root.mkdir(parents=True, exist_ok=True)
        for folder in (self.logs, self.run, self.objects):
            folder.mkdir(mode=0o700, exist_ok=True)
        ignore = self.root / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")

    def lock(self) -> IO[str]:
        """Hold the directory for one stack; raises AlreadyRunningError if another one does."""
        handle = (self.run / "lock").open("w")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            handle.close()
            raise AlreadyRunningError(
                f"A stack is already running in {self.root}; `make down` ends it."
            ) from taken
        return handle

    def secrets(self) -> "Secrets":
        """Passwords and keys, made at the first start and readable by us alone."""
        path = self.root / "secrets.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        complete = {**_new_secrets(), **known}
        if complete != known:
            write_private(path, json.dumps(complete, indent=2))
        return Secrets({name: _given(name) or value for name, value in complete.items()})

    def ports(self, names: Iterable[str], *, taken: Iterable[int] = ()) -> dict[str, int]:
        """A port for each name, the one of last time or a free one, and none that is taken."""
        path = self.root / "ports.json"
        before: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
        set_aside(*taken)
        chosen: dict[str, int] = {}
        for name in names:
            chosen[name] = _unused(before.get(name), taken={*taken, *chosen.values()})
        write_atomically(path, json.dumps(chosen, indent=2))
        return chosen


class Secrets:
    """Passwords and keys of this installation."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def broker_passwords(self) -> dict[str, str]:
        """The broker password of each service."""
        return {service: self[f"broker_{service}"] for service in topology.SERVICES}


def _given(name: str) -> str | None:
    """A password that the environment dictates, as CLIENTCOMM_PASSWORD_DATABASE_SMS."""
    return os.environ.get(f"CLIENTCOMM_PASSWORD_{name.upper()}")


def write_private(path: Path, text: str) -> None:
    """Replace a file by one that only we can read."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.replace(path)


def write_atomically(path: Path, text: str) -> None:
    """Replace a file so that readers see the old or the new text."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(text)
    fresh.replace(path)


def _new_secrets() -> dict[str, str]:
    password = partial(secrets.token_hex, 20)
    return {
        "secret_key": secrets.token_urlsafe(48),
        "twilio_account_sid": f"AC{secrets.token_hex(16)}",
        "twilio_auth_token": secrets.token_hex(16),
        **{f"owner_{service}": password() for service in topology.SERVICES},
        **{f"database_{service}": password() for service in topology.SERVICES},
        **{f"broker_{service}": password() for service in topology.SERVICES},
    }


def _unused(preferred: int | None, *, taken: set[int]) -> int:
    if preferred and preferred not in taken and is_free(preferred):
        set_aside(preferred)
        return preferred
    return free_port()
