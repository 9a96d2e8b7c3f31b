import socket
import stat
from pathlib import Path

import pytest

from clientcomm_local.ports import free_port
from clientcomm_local.state import AlreadyRunningError, State


def a_state(folder: Path) -> State:
    state = State(folder / "state")
    state.prepare()
    return state


def test_secrets_are_made_once_and_readable_by_their_owner_alone(tmp_path: Path) -> None:
    state = a_state(tmp_path)

    first = state.secrets()
    second = state.secrets()

    assert first["secret_key"] == second["secret_key"]
    assert len(first["secret_key"]) >= 48
    mode = (state.root / "secrets.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_ports_stay_the_same_while_they_are_free(tmp_path: Path) -> None:
    state = a_state(tmp_path)

    first = state.ports(["gateway-1", "postgres"])
    second = state.ports(["gateway-1", "postgres"])

    assert first == second
    assert len(set(first.values())) == 2


def test_a_port_that_somebody_took_is_replaced(tmp_path: Path) -> None:
    state = a_state(tmp_path)
    before = state.ports(["postgres"])

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", before["postgres"]))
        taken.listen()
        after = state.ports(["postgres"])

    assert after["postgres"] != before["postgres"]


def test_a_port_that_a_setting_names_is_given_to_nobody_else(tmp_path: Path) -> None:
    state = a_state(tmp_path)
    before = state.ports(["postgres"])["postgres"]

    after = state.ports(["postgres", "rabbitmq"], taken=(before,))

    assert before not in after.values()


def test_a_free_port_is_given_once_and_is_none_that_the_system_takes_by_itself() -> None:
    ports = [free_port() for _ in range(300)]

    assert len(set(ports)) == 300
    assert max(ports) < 32_768


def test_one_state_directory_is_for_one_stack(tmp_path: Path) -> None:
    state = a_state(tmp_path)

    with state.lock(), pytest.raises(AlreadyRunningError):
        State(state.root).lock()

    state.lock().close()
