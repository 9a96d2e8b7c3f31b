from pathlib import Path

import pytest

from clientcomm_local import account, binaries, containers, providers
from clientcomm_local.containers import PostgresContainer
from clientcomm_local.postgres import PrivatePostgres
from clientcomm_local.providers import NoServerError
from clientcomm_local.state import State


@pytest.fixture
def state(tmp_path: Path) -> State:
    state = State(tmp_path / "state")
    state.prepare()
    return state


@pytest.fixture(autouse=True)
def nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without servers, package manager and container engine."""
    monkeypatch.setattr(account, "ELSEWHERE", tmp_path / "elsewhere")
    monkeypatch.setattr(binaries, "postgres_folder", lambda: None)
    monkeypatch.setattr(providers, "apt_may_install", lambda: False)
    monkeypatch.setattr(containers, "engine_answers", lambda: False)


def silent(_line: str) -> None:
    pass


def test_the_machines_own_programs_come_first(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "postgres_folder", lambda: Path("/usr/lib/postgresql/15/bin"))
    monkeypatch.setattr(containers, "engine_answers", lambda: True)

    assert isinstance(providers.postgres(state, 5432, silent), PrivatePostgres)


def test_missing_programs_are_installed_where_that_is_allowed(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    installed: list[Path] = []

    def install(packages: list[str], *, log: Path) -> None:
        assert packages == ["postgresql"]
        assert log.parent == state.logs
        installed.append(Path("/usr/lib/postgresql/15/bin"))

    monkeypatch.setattr(providers, "apt_may_install", lambda: True)
    monkeypatch.setattr(providers, "apt_install", install)

    found = providers.find_or_install(
        lambda: installed[0] if installed else None,
        package="postgresql",
        log=state.logs / "apt.log",
        say=said.append,
    )

    assert found == Path("/usr/lib/postgresql/15/bin")
    assert "Installing postgresql" in said[0]


def test_a_container_takes_the_place_of_programs_that_cannot_be_had(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "engine_answers", lambda: True)

    assert isinstance(providers.postgres(state, 5432, silent), PostgresContainer)


def test_where_nothing_can_be_had_the_message_says_what_to_do(state: State) -> None:
    with pytest.raises(NoServerError) as caught:
        providers.postgres(state, 5432, silent)

    message = str(caught.value)
    assert "apt-get install postgresql" in message
    assert "CLIENTCOMM_DATABASE_URL" in message
    assert "container engine" in message
