"""What a browser shows when the gateway goes and comes back; on a stack of this file's own."""

import signal
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.people import Carrier, StaffMember

from clientcomm_testkit.log_privacy import people_of, traces
from clientcomm_testkit.stacks import RunningStack, start_stack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

SignIn = Callable[..., Page]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """Nobody else's tests run on the gateway that is killed here."""
    stack = start_stack(tmp_path_factory.mktemp("restart") / "state")
    yield stack
    named = traces(stack.logs(), people_of(stack))
    stack.remove()
    assert named == []


def test_after_a_restart_of_the_gateway_the_page_catches_up(
    sign_in: SignIn,
    staff: StaffMember,
    carrier: Carrier,
    stack: RunningStack,
    department: dict[str, str],
) -> None:
    client = staff.add_client()
    page = sign_in()
    page.goto(f"/conversations/{client.conversation_id}")
    expect(page.locator("#thread-region")).to_be_visible()

    stack.signal("gateway-1", signal.SIGKILL)
    carrier.text(sender=client.phone, to=department["number"], body="While you were away")

    expect(page.locator("#thread")).to_contain_text("While you were away", timeout=90_000)
    expect(page.locator("[data-connection]")).to_be_hidden(timeout=90_000)
