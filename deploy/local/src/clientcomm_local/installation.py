"""Programs that the stack needs and a machine may lack: installed when that is allowed."""

import contextlib
import functools
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from clientcomm_local.processes import is_root

_POLICY = Path("/usr/sbin/policy-rc.d")
# By this line one that an interrupted run left behind is recognised and removed.
_OURS = "# written by ClientComm while it installs packages"
_one_at_a_time = threading.Lock()


class CannotInstallError(Exception):
    """The package manager may not, or could not, install something; says what to do by hand."""


def apt_may_install() -> bool:
    """Whether apt-get is here and we are root, or may become root without a password."""
    return shutil.which("apt-get") is not None and _become_root() is not None


def apt_install(packages: Sequence[str], *, log: Path) -> None:
    """Install Debian packages without starting the services that they bring.

    Raises CannotInstallError with the command to run by hand.
    """
    by_hand = f"apt-get install {' '.join(packages)}"
    prefix = _become_root()
    if prefix is None or shutil.which("apt-get") is None:
        raise CannotInstallError(f"Please run as root: {by_hand}")
    apt = [*prefix, "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
    options = ["install", "--yes", "--no-install-recommends"]
    with _one_at_a_time, services_stay_stopped(prefix), log.open("ab") as output:
        _update((*apt, "update"), log)
        if _run([*apt, *options, *packages], output) != 0:
            raise CannotInstallError(f"Please run as root: {by_hand}\nWhat went wrong: {log}")


@contextlib.contextmanager
def services_stay_stopped(prefix: Sequence[str]) -> Iterator[None]:
    """Forbid, for as long as this lasts, that installed packages start their services."""
    if _POLICY.exists() and _OURS not in _POLICY.read_text():
        yield
        return
    forbid = f"#!/bin/sh\n{_OURS}\nexit 101\n"
    subprocess.run(
        [*prefix, "sh", "-c", f"cat >{_POLICY} && chmod 755 {_POLICY}"],
        input=forbid.encode(),
        check=True,
    )
    try:
        yield
    finally:
        subprocess.run([*prefix, "rm", "-f", str(_POLICY)], check=True)


def _become_root() -> list[str] | None:
    if is_root():
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    trial = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False)
    return [sudo, "-n"] if trial.returncode == 0 else None


@functools.cache
def _update(command: Sequence[str], log: Path) -> None:
    """Refresh the package lists, once per run."""
    with log.open("ab") as output:
        _run(command, output)


def _run(command: Sequence[str], output: BinaryIO) -> int:
    finished = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"},
        check=False,
    )
    return finished.returncode
