"""The commands of the one-machine stack, and what they say to the person who typed them."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from clientcomm_local import account, binaries, containers, installation, processes, providers
from clientcomm_local.console import ConsoleError
from clientcomm_local.databases import UnsuitableServerError
from clientcomm_local.ports import NotAnsweringError
from clientcomm_local.preparation import PreparationFailedError
from clientcomm_local.probing import is_ready
from clientcomm_local.settings import StackSettings
from clientcomm_local.state import AlreadyRunningError, State, write_atomically
from clientcomm_local.supervisor import StartFailedError

_EXPLAINED = (
    AlreadyRunningError,
    ConsoleError,
    NotAnsweringError,
    PreparationFailedError,
    StartFailedError,
    UnsuitableServerError,
    installation.CannotInstallError,
    providers.NoServerError,
)
_INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit status."""
    commands = {
        "up": _up,
        "down": _down,
        "status": _status,
        "clean": _clean,
        "browser": _browser,
        "prepare": _prepare,
    }
    if len(arguments) != 1 or arguments[0] not in commands:
        sys.stderr.write(f"commands: {' | '.join(commands)}\n")
        return 2
    try:
        settings = StackSettings()
        return commands[arguments[0]](settings)
    except ValidationError as wrong:
        sys.stderr.write("".join(f"{error['msg']}\n" for error in wrong.errors()))
        return 2
    except _EXPLAINED as failure:
        _say(str(failure))
        return 1


def _up(settings: StackSettings) -> int:
    if os.environ.get("DETACH", "") not in ("", "0"):
        return _up_detached(settings)
    state = State(settings.state_dir)
    state.prepare()
    with state.lock():
        processes.write_marks(_own_mark(state), [processes.Mark.of(os.getpid())])
        try:
            return asyncio.run(_run(settings))
        finally:
            _own_mark(state).unlink(missing_ok=True)


async def _run(settings: StackSettings) -> int:
    """Up until a signal; clean end in every case."""
    from clientcomm_local.stack import Stack  # heavy: not for `down` and `status`

    began = time.monotonic()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stack = Stack(settings, say=_say)
    _say("Starting PostgreSQL and RabbitMQ ...")
    starting = asyncio.create_task(stack.start())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            return _INTERRUPTED
        made = starting.result()
        _report(made.settings, made.state, seconds=time.monotonic() - began)
        write_atomically(_ready_mark(made.state), str(os.getpid()))
        await stopping
        _say("Stopping ...")
    except ExceptionGroup as group:
        raise group.exceptions[0] from None
    finally:
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await starting
        await stack.stop()
    return 0


def _prepare(settings: StackSettings) -> int:
    """Databases, users, topology, migrations and demo data on servers that are there already."""
    from clientcomm_local.stack import Stack  # heavy, as above

    if settings.database_url is None or settings.amqp_url is None:
        _say("Please set CLIENTCOMM_DATABASE_URL and CLIENTCOMM_AMQP_URL.")
        return 2
    asyncio.run(Stack(settings, say=_say).prepare())
    return 0


def _up_detached(settings: StackSettings) -> int:
    """The same in the background; returns when it is ready, or has failed."""
    state = State(settings.state_dir)
    state.prepare()
    log = state.logs / "up.log"
    _ready_mark(state).touch()
    with log.open("wb") as output:
        background = subprocess.Popen(
            [sys.executable, "-m", "clientcomm_local", "up"],
            env={**os.environ, "DETACH": ""},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    ready = _ready_mark(state)
    while background.poll() is None and ready.read_text() != str(background.pid):
        time.sleep(0.05)
    sys.stdout.write(log.read_text())
    return background.poll() or 0


def _down(settings: StackSettings) -> int:
    state = State(settings.state_dir)
    running = [
        found for mark in processes.read_marks(_own_mark(state)) if (found := mark.process())
    ]
    if not running:
        _say("No stack is running here.")
    processes.end(running, patience=90)
    processes.end_leftovers(state.run / "processes.json")
    for server, ask in (("postgres", signal.SIGINT), ("rabbitmq", signal.SIGTERM)):
        for program in (server, "epmd"):
            processes.end_leftovers(state.root / server / f"{program}.pid.json", ask=ask)
    return 0


def _status(settings: StackSettings) -> int:
    """One line per process; 0 if all are ready."""
    state = State(settings.state_dir)
    ports: Mapping[str, int] = _read_ports(state)
    names = [name for name in ports if name not in ("postgres", "rabbitmq", "mailbox")]
    answers = {name: is_ready(_health(settings, name, ports[name])) for name in names}
    for name, ready in answers.items():
        _say(f"{name:20} {'ready' if ready else 'not ready'}")
    return 0 if answers and all(answers.values()) else 1


def _clean(settings: StackSettings) -> int:
    """End the stack and remove everything that it wrote."""
    _down(settings)
    state = State(settings.state_dir)
    if not state.root.exists():
        return 0
    if not (state.root / "secrets.json").exists() and any(state.root.iterdir()):
        _say(f"{state.root} does not look like a state directory of ClientComm; left as it is.")
        return 1
    for server in ("postgres", "rabbitmq"):
        account.remove_home(state.root / server)
    if containers.engine_answers():
        containers.remove_volumes(state.root)
    shutil.rmtree(state.root)
    return 0


def _browser(settings: StackSettings) -> int:
    """Chromium for the tests in a browser, installed if that is allowed."""
    state = State(settings.state_dir)
    state.prepare()
    log = state.logs / "apt.log"
    if providers.find_or_install(binaries.chromium, package="chromium", log=log, say=_say) is None:
        raise installation.CannotInstallError("Please install Chromium (Debian: chromium).")
    return 0


def _report(settings: StackSettings, state: State, *, seconds: float) -> None:
    """Where to look, and how to sign in."""
    _say(f"\nClientComm is ready after {seconds:.0f} s.")
    _say(f"  Pages and API   {settings.gateway_url}")
    _say(f"  Phones          {settings.simulator_url}  (the carrier simulator: text from here)")
    _say(f"  Logs            {state.logs}")
    demo = json.loads((state.root / "demo.json").read_text())
    for known in demo["accounts"][:4]:
        _say(f"  Sign in as      {known['email']}  password {known['password']}")
    if len(demo["accounts"]) > 4:  # noqa: PLR2004 as many as shown above
        _say(f"  All accounts    {state.root / 'demo.json'}")
    _say("Ctrl-C (or `make down`) ends it; what it keeps stays.\n")


def _health(settings: StackSettings, name: str, port: int) -> str:
    own = settings.simulator_port if name.startswith("simulator") else port
    return f"http://127.0.0.1:{own}/health/ready"


def _read_ports(state: State) -> dict[str, int]:
    try:
        ports: dict[str, int] = json.loads((state.root / "ports.json").read_text())
    except FileNotFoundError:
        return {}
    return ports


def _ready_mark(state: State) -> Path:
    """Holds the id of the process that has reported that all is ready."""
    return state.run / "ready"


def _own_mark(state: State) -> Path:
    return state.run / "supervisor.json"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
