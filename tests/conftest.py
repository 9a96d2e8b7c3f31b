"""What journeys and browsers see of the stack: its carrier and its departments."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from tests.journeys.people import Carrier

from clientcomm_testkit.stacks import RunningStack


@pytest.fixture
def carrier(stack: RunningStack) -> Iterator[Carrier]:
    with closing(Carrier(stack.simulator_url)) as carrier:
        yield carrier
        carrier.heal()


@pytest.fixture
def department(stack: RunningStack) -> dict[str, str]:
    return dict(stack.demo["departments"][0])
