import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest
from deploy.local.tests.integration.stand_ins import write_stand_ins

from clientcomm_contracts import topology
from clientcomm_local.access import owner_role
from clientcomm_local.postgres import ADMINISTRATOR
from clientcomm_local.processes import Mark, read_marks
from clientcomm_testkit.stacks import RunningStack, start_stack

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]


@dataclass(frozen=True)
class Trial:
    """A stack of stand-ins, and what its processes wrote down about their environment."""

    stack: RunningStack
    environment: dict[str, str]

    def told(self, which: str) -> dict[str, str]:
        told: dict[str, str] = json.loads((self.stack.state_dir / "told" / which).read_text())
        return told

    def events(self) -> list[dict[str, str]]:
        lines = (self.stack.state_dir / "logs" / "stack.log").read_text().splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    folder = tmp_path_factory.mktemp("stack")
    environment = {
        "PYTHONPATH": str(write_stand_ins(folder / "stand-ins")),
        "CLIENTCOMM_REPLICAS_SMS_SENDER": "2",
    }
    stack = start_stack(folder / "state", environment=environment)
    yield Trial(stack, environment)
    stack.remove()


def eventually(true: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False


def test_every_role_runs_as_often_as_wanted(trial: Trial) -> None:
    assert set(trial.stack.processes()) == {
        "gateway-1",
        "conversations-1",
        "scheduler-1",
        "export-1",
        "sms-webhooks-1",
        "sms-sender-1",
        "sms-sender-2",
        "simulator-1",
        "postgres",
        "rabbitmq",
    }


def test_demo_json_joins_what_the_seeds_wrote_with_the_addresses(trial: Trial) -> None:
    demo = trial.stack.demo

    assert demo["accounts"] == [
        {"email": "a@example.org", "roles": ["case_manager"], "password": "pw", "token": "t"}
    ]
    assert demo["departments"][0]["number"] == "+12025550101"
    assert {"gateway_url", "sms_url", "simulator_url", "mailbox_url", "amqp_url"} <= set(demo)
    assert (trial.stack.state_dir / "demo.json").stat().st_mode & 0o077 == 0


def test_a_running_service_gets_its_own_rights_and_nothing_of_the_owner(trial: Trial) -> None:
    running, migrating = trial.told("export-1.serve"), trial.told("export-setup.migrate")

    assert "//clientcomm_export:" in running["CLIENTCOMM_SERVICE_DATABASE_URL"]
    assert "//clientcomm-export:" in running["CLIENTCOMM_AMQP_URL"]
    assert "CLIENTCOMM_OWNER_DATABASE_URL" not in running
    assert "//clientcomm_export_owner:" in migrating["CLIENTCOMM_OWNER_DATABASE_URL"]


RUNNING = {
    "gateway": "gateway-1.serve",
    "conversations": "conversations-1.serve",
    "sms": "sms-sender-1.sender",
    "scheduler": "scheduler-1.serve",
    "export": "export-1.serve",
}


@pytest.mark.parametrize("service", topology.SERVICES)
def test_what_a_running_service_knows_opens_its_own_database_alone(
    trial: Trial, service: str
) -> None:
    url = trial.told(RUNNING[service])["CLIENTCOMM_SERVICE_DATABASE_URL"]

    with psycopg.connect(url) as own:
        assert own.info.dbname == f"clientcomm_{service}"
    for other in topology.SERVICES:
        if other != service:
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(url, dbname=f"clientcomm_{other}")
    for role in (owner_role(service, "clientcomm"), ADMINISTRATOR):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(url, user=role)


def test_only_sms_and_the_simulator_know_the_carriers_credentials(trial: Trial) -> None:
    sender, simulator = trial.told("sms-sender-1.sender"), trial.told("simulator-1.serve")

    assert sender["CLIENTCOMM_TWILIO_AUTH_TOKEN"] == simulator["CLIENTCOMM_TWILIO_AUTH_TOKEN"]
    assert simulator["CLIENTCOMM_SIMULATOR_NUMBERS"] == "+12025550101"
    assert "CLIENTCOMM_TWILIO_AUTH_TOKEN" not in trial.told("gateway-1.serve")
    assert "CLIENTCOMM_SECRET_KEY" not in simulator


def test_the_topology_is_declared_before_a_service_starts(trial: Trial) -> None:
    depths = trial.stack.queue_depths()

    assert "sms.commands.v1" in depths
    assert set(depths.values()) == {0}


def test_a_process_that_dies_is_started_again(trial: Trial) -> None:
    before = trial.stack.processes()["scheduler-1"]

    os.kill(before, signal.SIGKILL)

    assert eventually(lambda: trial.stack.processes()["scheduler-1"] != before, seconds=20)


@pytest.mark.parametrize("server", ["postgres", "rabbitmq"])
def test_a_server_that_dies_is_started_again(trial: Trial, server: str) -> None:
    before = trial.stack.processes()[server]
    starts = [event for event in trial.events() if event.get("server") == server]

    trial.stack.signal(server, signal.SIGKILL)
    back = eventually(
        lambda: (
            len([event for event in trial.events() if event.get("server") == server])
            >= len(starts) + 2
        ),
        seconds=150,
    )

    assert back
    assert trial.stack.processes()[server] != before
    with psycopg.connect(trial.stack.owner_url("sms")) as connection:
        row = connection.execute("SELECT count(*) FROM started").fetchone()
    assert row is not None
    assert row[0] >= 3


def test_an_interrupted_run_is_taken_over_and_keeps_its_data(trial: Trial) -> None:
    left = trial.stack.processes()
    supervisor = json.loads((trial.stack.state_dir / "run" / "supervisor.json").read_text())
    mark = Mark(**supervisor[0]).process()
    assert mark is not None
    mark.kill()
    mark.wait(10)

    second = start_stack(trial.stack.state_dir, environment=trial.environment)

    assert not any(psutil.pid_exists(pid) for pid in left.values())
    with psycopg.connect(second.owner_url("export")) as connection:
        rows = connection.execute("SELECT name FROM started").fetchall()
    assert len(rows) >= 2
    order = (second.state_dir / "told" / "order").read_text().splitlines()
    assert order.count("gateway migrate") == 1
    assert order.count("gateway seed-demo") == 1
    assert order.index("conversations seed-demo") < order.index("gateway seed-demo")
    assert second.demo["accounts"][0]["token"] == "t"


def test_a_second_stack_in_the_same_place_is_refused(trial: Trial) -> None:
    again = subprocess.run(
        [sys.executable, "-m", "clientcomm_local", "up"],
        env={**os.environ, "CLIENTCOMM_STATE_DIR": str(trial.stack.state_dir), "DETACH": "0"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert again.returncode == 1
    assert "already running" in again.stdout


def test_down_leaves_no_process_behind(trial: Trial) -> None:
    running = trial.stack.processes()

    trial.stack.stop()

    assert not any(psutil.pid_exists(pid) for pid in running.values())
    assert not (trial.stack.state_dir / "demo.json").exists()


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.0, 1.5, 3.0], ids=["at-once", "early", "later"])
def test_an_interrupt_while_starting_leaves_nothing_running(tmp_path: Path, after: float) -> None:
    state = tmp_path / "state"
    environment = {
        **os.environ,
        "PYTHONPATH": str(write_stand_ins(tmp_path / "stand-ins")),
        "CLIENTCOMM_STATE_DIR": str(state),
        "DETACH": "",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "clientcomm_local", "up"], env=environment, stdout=subprocess.PIPE
    ) as starting:
        assert starting.stdout is not None
        assert b"Starting" in starting.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            starting.wait(after or 0.001)

        starting.send_signal(signal.SIGINT)

        assert starting.wait(150) == 130
    running = [mark for path in state.glob("*/*.pid.json") for mark in read_marks(path)]
    assert not any(mark.process() for mark in running)
    subprocess.run([sys.executable, "-m", "clientcomm_local", "clean"], env=environment, check=True)
