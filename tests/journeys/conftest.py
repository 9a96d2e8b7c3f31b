"""The whole system on free ports, with demo data, once for all journeys."""

from collections.abc import Iterator

import pytest
from tests.journeys.people import Carrier, StaffMember

from clientcomm_testkit.stacks import RunningStack


@pytest.fixture
def carrier(stack: RunningStack) -> Iterator[Carrier]:
    carrier = Carrier(stack.simulator_url)
    yield carrier
    carrier.heal()


@pytest.fixture
def department(stack: RunningStack) -> dict[str, str]:
    return dict(stack.demo["departments"][0])


def _account(stack: RunningStack, role: str, place: int = 0) -> StaffMember:
    department = stack.demo["departments"][0]["name"]
    found = [
        account
        for account in stack.demo["accounts"]
        if role in account["roles"] and account["department"] in (department, None)
    ]
    return StaffMember(stack.gateway_url, found[place])


@pytest.fixture
def case_manager(stack: RunningStack) -> StaffMember:
    return _account(stack, "case_manager")


@pytest.fixture
def colleague(stack: RunningStack) -> StaffMember:
    return _account(stack, "case_manager", 1)


@pytest.fixture
def front_desk(stack: RunningStack) -> StaffMember:
    return _account(stack, "front_desk")


@pytest.fixture
def supervisor(stack: RunningStack) -> StaffMember:
    return _account(stack, "supervisor")
