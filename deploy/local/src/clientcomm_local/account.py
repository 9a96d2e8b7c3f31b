"""The ordinary user that database and broker run as: ourselves, or another one when we are root."""

import contextlib
import hashlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from clientcomm_local.processes import is_root

ELSEWHERE = Path("/var/lib/clientcomm")


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """A user that servers run as; None as ids means the one who runs this program."""

    uid: int | None
    gid: int | None

    def own(self, path: Path) -> None:
        """Make this account the owner of a file or an empty folder."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def make_folder(self, path: Path) -> Path:
        """A folder that only this account can enter."""
        path.mkdir(parents=True, exist_ok=True)
        self.own(path)
        path.chmod(0o700)
        return path

    def write(self, path: Path, text: str, *, mode: int = 0o600) -> Path:
        """A file that only this account can read."""
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(text)
        path.chmod(mode)
        self.own(path)
        return path

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may pass through every folder of a path."""
        return self.uid is None or all(
            _may_pass(parent.stat(), self.uid, self.gid) for parent in [folder, *folder.parents]
        )


def account_for(preferred: str) -> ServerAccount:
    """The account for a server: ourselves, or when we are root its own user, or nobody."""
    if not is_root():
        return ServerAccount(None, None)
    for name in (preferred, "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerAccount(entry.pw_uid, entry.pw_gid)
    return ServerAccount(65534, 65534)


def reachable_home(wanted: Path, account: ServerAccount) -> Path:
    """The wanted folder, or where its account cannot get there, one elsewhere that it links to.

    Somebody who works as root in a closed folder (such as root's own) would otherwise have to
    open it for the servers.
    """
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if wanted.is_symlink():
        return wanted.resolve()
    if wanted.exists() or account.can_enter(wanted.parent.resolve()):
        return wanted
    digest = hashlib.sha256(str(wanted.resolve()).encode()).hexdigest()[:12]
    elsewhere = ELSEWHERE / f"{wanted.name}-{digest}"
    ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
    account.make_folder(elsewhere)
    wanted.symlink_to(elsewhere)
    return elsewhere


def remove_home(wanted: Path) -> None:
    """Remove a server's folder, wherever it really lies."""
    if wanted.is_symlink():
        target = wanted.resolve()
        wanted.unlink()
        if target.parent == ELSEWHERE:
            shutil.rmtree(target, ignore_errors=True)
            with contextlib.suppress(OSError):  # another installation keeps its data there too
                ELSEWHERE.rmdir()
    else:
        shutil.rmtree(wanted, ignore_errors=True)


def _may_pass(status: os.stat_result, uid: int, gid: int | None) -> bool:
    if status.st_uid == uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
