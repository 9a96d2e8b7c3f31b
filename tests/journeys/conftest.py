"""The whole system on free ports, with demo data, once for all journeys."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from tests.journeys.people import Carrier, StaffMember

from clientcomm_testkit.stacks import RunningStack


@pytest.fixture
def carrier(stack: RunningStack) -> Iterator[Carrier]:
    with closing(Carrier(stack.simulator_url)) as carrier:
        yield carrier
        carrier.heal()


@pytest.fixture
def department(stack: RunningStack) -> dict[str, str]:
    return dict(stack.demo["departments"][0])


@pytest.fixture
def other_department(stack: RunningStack) -> dict[str, str]:
    return dict(stack.demo["departments"][1])


@contextmanager
def _somebody(
    stack: RunningStack, role: str, place: int = 0, *, department: int = 0
) -> Iterator[StaffMember]:
    name = stack.demo["departments"][department]["name"]
    found = [
        account
        for account in stack.demo["accounts"]
        if role in account["roles"] and account["department"] in (name, None)
    ]
    with closing(StaffMember(stack.gateway_url, found[place])) as member:
        yield member


@pytest.fixture
def case_manager(stack: RunningStack) -> Iterator[StaffMember]:
    with _somebody(stack, "case_manager") as member:
        yield member


@pytest.fixture
def colleague(stack: RunningStack) -> Iterator[StaffMember]:
    with _somebody(stack, "case_manager", 1) as member:
        yield member


@pytest.fixture
def absentee(stack: RunningStack) -> Iterator[StaffMember]:
    """A case manager whose away reply no other journey gets in between."""
    with _somebody(stack, "case_manager", 2) as member:
        yield member


@pytest.fixture
def front_desk(stack: RunningStack) -> Iterator[StaffMember]:
    with _somebody(stack, "front_desk") as member:
        yield member


@pytest.fixture
def supervisor(stack: RunningStack) -> Iterator[StaffMember]:
    with _somebody(stack, "supervisor") as member:
        yield member


@pytest.fixture
def administrator(stack: RunningStack) -> Iterator[StaffMember]:
    with _somebody(stack, "administrator") as member:
        yield member


@pytest.fixture
def elsewhere(stack: RunningStack) -> Iterator[StaffMember]:
    """A case manager of the other department."""
    with _somebody(stack, "case_manager", department=1) as member:
        yield member
