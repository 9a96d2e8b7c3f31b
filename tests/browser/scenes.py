"""Who looks, and what they find: accounts by role, and senders whom nobody knows."""

from typing import Any

from tests.journeys.people import Carrier, StaffMember, a_phone_number, eventually

from clientcomm_testkit.stacks import RunningStack


def of_role(stack: RunningStack, role: str) -> dict[str, Any]:
    """The first demo account with this role alone, in the first department or everywhere."""
    return next(a for a in stack.demo["accounts"] if a["roles"] == [role])


def unknown_sender(supervisor: StaffMember, carrier: Carrier, number: str) -> str:
    """The conversation of somebody who has texted this department for the first time."""
    phone = a_phone_number()
    carrier.text(sender=phone, to=number, body="Who is this? I found a card with this number.")

    def waiting() -> str | None:
        inbox = supervisor.get("/conversations", box="unassigned", limit=100)["items"]
        return next((one["id"] for one in inbox if one["sender"] == phone), None)

    return eventually(waiting)
