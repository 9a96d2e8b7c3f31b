"""Where the machine keeps PostgreSQL, RabbitMQ and a browser."""

import re
import shutil
from pathlib import Path

from clientcomm_local.databases import OLDEST

_POSTGRES_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
)
_RABBITMQ_SCRIPTS = (
    # Debian's command in sbin is a wrapper for root; this is the program itself.
    "/usr/lib/rabbitmq/bin/rabbitmq-server",
    "/usr/local/opt/rabbitmq/sbin/rabbitmq-server",
    "/opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server",
)


def postgres_folder() -> Path | None:
    """The folder of the newest PostgreSQL server on this machine, if there is one new enough."""
    candidates = [folder for pattern in _POSTGRES_FOLDERS for folder in Path("/").glob(pattern[1:])]
    if on_path := shutil.which("postgres"):
        candidates.append(Path(on_path).resolve().parent)
    complete = [folder for folder in candidates if _is_complete(folder)]
    suitable = [folder for folder in complete if _version(folder) >= OLDEST]
    return max(suitable, key=_version, default=None)


def rabbitmq_script() -> Path | None:
    """The program that starts a RabbitMQ node, if the machine has one together with Erlang."""
    if not shutil.which("erl") or not shutil.which("epmd"):
        return None
    found = [Path(script) for script in _RABBITMQ_SCRIPTS if Path(script).exists()]
    if not found and (on_path := shutil.which("rabbitmq-server")):
        found = [Path(on_path)]
    return found[0] if found else None


def chromium() -> Path | None:
    """The browser that tests drive."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = (shutil.which(name) for name in names)
    return next((Path(path) for path in found if path), None)


def _is_complete(folder: Path) -> bool:
    return (folder / "postgres").exists() and (folder / "initdb").exists()


def _version(folder: Path) -> int:
    numbers = re.findall(r"\d+", str(folder))
    return int(numbers[0]) if numbers else OLDEST
