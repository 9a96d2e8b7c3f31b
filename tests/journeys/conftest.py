"""The people of the demo, each signed in for one journey."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from tests.journeys.people import StaffMember

from clientcomm_testkit.stacks import RunningStack


@pytest.fixture
def other_department(stack: RunningStack) -> dict[str, str]:
    return dict(stack.demo["departments"][1])


def _somebody(
    role: str, place: int = 0, *, department: int = 0
) -> Callable[[RunningStack], Iterator[StaffMember]]:
    """A fixture: the one at this place among those who hold the role there, or everywhere."""

    @pytest.fixture
    def somebody(stack: RunningStack) -> Iterator[StaffMember]:
        name = stack.demo["departments"][department]["name"]
        found = [
            account
            for account in stack.demo["accounts"]
            if role in account["roles"] and account["department"] in (name, None)
        ]
        with closing(StaffMember(stack.gateway_url, found[place])) as member:
            yield member

    return somebody


case_manager = _somebody("case_manager")
colleague = _somebody("case_manager", 1)
absentee = _somebody("case_manager", 2)
"""A case manager whose away reply no other journey gets in between."""
front_desk = _somebody("front_desk")
supervisor = _somebody("supervisor")
administrator = _somebody("administrator")
elsewhere = _somebody("case_manager", department=1)
"""A case manager of the other department."""
