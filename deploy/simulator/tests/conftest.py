"""One simulator and one application for a whole run; each test finds them without faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from deploy.simulator.tests.running import Application, Simulator

_counter = iter(range(2_000_000, 9_000_000))


@pytest.fixture(scope="session")
def running_application() -> Iterator[Application]:
    application = Application()
    application.start()
    yield application
    application.stop()


@pytest.fixture(scope="session")
def running_simulator(
    running_application: Application, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path_factory.mktemp("simulator"), running_application)
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture
def application(running_application: Application) -> Application:
    running_application.forget()
    return running_application


@pytest.fixture
def simulator(running_simulator: Simulator, application: Application) -> Iterator[Simulator]:
    yield running_simulator
    running_simulator.delete("/simulator/faults")


@pytest.fixture
def phone() -> str:
    """A number that no other test uses."""
    return f"+1555{next(_counter)}"


@pytest.fixture
def start_simulator(application: Application, tmp_path: Path) -> Iterator[Callable[..., Simulator]]:
    """Starts a simulator with settings of its own, ended after the test."""
    started: list[Simulator] = []

    def start(**settings: str) -> Simulator:
        simulator = Simulator(tmp_path / f"state{len(started)}", application, settings)
        started.append(simulator)
        simulator.start()
        return simulator

    yield start
    for simulator in started:
        simulator.stop()
