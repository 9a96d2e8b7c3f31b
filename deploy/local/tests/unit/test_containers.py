import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from clientcomm_local.containers import BrokerContainer, PostgresContainer
from clientcomm_local.definitions import Definitions, User
from clientcomm_local.ports import NotAnsweringError


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for docker that writes down its calls, one argument a line."""
    programs = tmp_path / "bin"
    programs.mkdir()
    script = programs / "docker"
    script.write_text(
        "#!/bin/sh\n"
        f'printf "%s\\n" "$@" "--" >>{tmp_path}/calls\n'
        'if [ "$1" = inspect ]; then echo true; fi\n'
        f'if [ "$1" = run ] && [ -e {tmp_path}/broken ]; then\n'
        'echo "no such image" >&2; exit 1; fi\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return tmp_path / "calls"


@pytest.fixture
def answering_port() -> Iterator[int]:
    """Something that answers a greeting, as a broker does."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(8)
                connection.sendall(b"\x01")

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


def test_the_broker_starts_with_the_users_of_the_services(
    tmp_path: Path, calls: Path, answering_port: int
) -> None:
    definitions = Definitions(users=[User("clientcomm-sms", "secret-of-sms")])
    container = BrokerContainer(tmp_path, port=answering_port, definitions=definitions)

    container.start()

    said = calls.read_text()
    assert f"--publish=127.0.0.1:{answering_port}:5672" in said
    written = (tmp_path / "rabbitmq-container" / "definitions.json").read_text()
    assert "clientcomm-sms" in written
    assert "secret-of-sms" not in written
    assert container.is_running()


def test_a_container_that_does_not_start_says_why(tmp_path: Path, calls: Path) -> None:
    (calls.parent / "broken").touch()

    with pytest.raises(NotAnsweringError, match="no such image"):
        PostgresContainer(tmp_path, port=5432).start()


def test_a_container_keeps_its_data_in_a_volume_of_its_state_directory(
    tmp_path: Path, calls: Path
) -> None:
    (tmp_path / "b").mkdir()
    first, second = PostgresContainer(tmp_path, port=1), PostgresContainer(tmp_path / "b", port=1)

    (calls.parent / "broken").touch()
    for container in (first, second):
        with pytest.raises(NotAnsweringError):
            container.start()

    volumes = [line for line in calls.read_text().splitlines() if line.startswith("--volume=")]
    assert len(set(volumes)) == 2
    assert all(volume.endswith(":/var/lib/postgresql/data") for volume in volumes)


def test_the_password_of_a_container_is_kept_for_the_next_start(tmp_path: Path) -> None:
    first = PostgresContainer(tmp_path, port=5432).url

    assert PostgresContainer(tmp_path, port=5432).url == first
