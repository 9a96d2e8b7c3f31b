"""The caseload by hand, without a script: merging, attaching, closing, ending a number."""

import re
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect
from tests.browser.scenes import of_role, unknown_sender
from tests.journeys.people import Carrier, StaffMember

from clientcomm_testkit.stacks import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

SignIn = Callable[..., Page]


def test_two_clients_are_merged_after_a_look_at_what_moves(
    sign_in: SignIn, staff: StaffMember
) -> None:
    client, twin = staff.add_client(), staff.add_client(last_name="Quillfeather")
    staff.send(twin.conversation_id, "Written to the twin")
    page = sign_in(java_script_enabled=False)
    page.goto(f"/clients/{client.id}/merge")

    page.get_by_label("Name, number or id number").fill("Quillfeather")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Quillfeather").first.click()

    expect(page.locator("main")).to_contain_text("1 text")
    expect(page.locator("main")).to_contain_text("2 numbers are kept")
    page.get_by_role("button", name="Merge").click()
    expect(page.locator("main")).to_contain_text("The two clients are one now")
    expect(page.locator("#thread")).to_contain_text("Written to the twin")


def test_an_unknown_sender_is_attached_to_a_client(
    sign_in: SignIn, stack: RunningStack, staff: StaffMember, carrier: Carrier
) -> None:
    client = staff.add_client(last_name="Ostrowski-Vane")
    account = of_role(stack, "supervisor")
    with closing(StaffMember(stack.gateway_url, account)) as supervisor:
        unknown = unknown_sender(supervisor, carrier, stack.demo["departments"][0]["number"])
    page = sign_in(account, java_script_enabled=False)
    page.goto(f"/conversations/{unknown}?box=unassigned")

    page.get_by_role("link", name="Attach to a client").click()
    page.get_by_label("Name, number or id number").fill("Ostrowski-Vane")
    page.get_by_role("button", name="Find").click()
    page.locator("label", has_text="Ostrowski-Vane").click()
    page.get_by_role("button", name="Attach to this client").click()

    expect(page).to_have_url(re.compile(client.conversation_id))
    expect(page.locator("#thread")).to_contain_text("I found a card with this number")


def test_a_conversation_is_closed_and_opened_where_it_says_so(
    sign_in: SignIn, staff: StaffMember
) -> None:
    client = staff.add_client()
    page = sign_in(java_script_enabled=False)
    page.goto(f"/conversations/{client.conversation_id}/close")

    page.get_by_role("button", name="Close", exact=True).click()
    expect(page).to_have_url(re.compile("notice=closed"))
    page.goto(f"/conversations/{client.conversation_id}")
    expect(page.locator("#composer")).to_contain_text("This conversation is closed")
    page.get_by_role("button", name="Open it again").click()

    expect(page.get_by_label("Text message")).to_be_editable()


def test_the_last_number_is_ended_and_the_client_is_unreachable(
    sign_in: SignIn, staff: StaffMember
) -> None:
    client = staff.add_client()
    page = sign_in(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page.goto(f"/clients/{client.id}")

    page.get_by_role("link", name="Change or end").click()
    expect(page.locator("main")).to_contain_text(
        "Without a new number the client cannot be texted."
    )
    page.get_by_role("button", name="End it without a new one").click()

    expect(page.locator("main")).to_contain_text("Unreachable")
    page.goto(f"/conversations/{client.conversation_id}")
    expect(page.get_by_label("Text message")).to_have_count(0)


def test_an_administrator_reads_whose_it_is_and_no_text(
    sign_in: SignIn, stack: RunningStack, staff: StaffMember
) -> None:
    client = staff.add_client(last_name="Hollingsworth")
    staff.send(client.conversation_id, "For the client alone")
    page = sign_in(of_role(stack, "administrator"), java_script_enabled=False)

    page.goto("/conversations?box=department&q=Hollingsworth")
    page.locator("#list-rows a", has_text="Hollingsworth").click()

    expect(page.locator("h1")).to_contain_text("Hollingsworth")
    expect(page.locator("body")).not_to_contain_text("For the client alone")
    page.get_by_text("More", exact=True).click()
    expect(page.get_by_role("link", name="Transfer", exact=True)).to_have_count(1)
