"""Every route that can be fetched, by everybody: one table says what they get (rules 1.1, 1.2)."""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing

import httpx2
import pytest
from tests.journeys.people import Carrier, Json, StaffMember, eventually
from tests.journeys.route_table import EXPECTED, OPEN
from tests.journeys.walks import Visitor, call_paths, page_paths

from clientcomm_testkit.stacks import RunningStack

pytestmark = pytest.mark.stack

LINK = re.compile(r'<a [^>]*href="(/[^"#]*)')
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SIGNS = {200: "y", 204: "y", 303: ">", 403: "x", 404: "-"}
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5E"
    "rkJggg=="
)


@pytest.fixture
def everybody(stack: RunningStack) -> Iterator[list[Visitor]]:
    """In the order of the table's columns."""
    here, there = (one["name"] for one in stack.demo["departments"])
    accounts = stack.demo["accounts"]

    def of(role: str, department: str | None) -> list[Json]:
        return [one for one in accounts if role in one["roles"] and one["department"] == department]

    chosen = [
        *of("case_manager", here)[:2],
        of("front_desk", here)[0],
        of("supervisor", here)[0],
        of("administrator", None)[0],
        of("auditor", here)[0],
        of("case_manager", there)[0],
        of("supervisor", there)[0],
    ]
    with ExitStack() as signed_in:
        yield [
            signed_in.enter_context(
                closing(Visitor(stack.gateway_url, StaffMember(stack.gateway_url, account)))
            )
            for account in chosen
        ]


@pytest.fixture
def ids(
    everybody: list[Visitor], stack: RunningStack, carrier: Carrier, department: dict[str, str]
) -> dict[str, str]:
    """What the first of them has: a client with a picture, and everything that one can have."""
    staff, colleague = everybody[0].staff, everybody[1].staff
    client, twin = staff.add_client(), staff.add_client()
    carrier.text(
        sender=client.phone,
        to=department["number"],
        body="picture",
        media=[{"content_type": "image/png", "base64": PIXEL}],
    )

    def with_its_file() -> Json | None:
        message = staff.await_text(client.conversation_id, "picture")
        return message if message["attachments"][0]["href"] else None

    message = eventually(with_its_file)
    later = staff.schedule(client.conversation_id, "later", days=30)
    mass = {"conversation_ids": [client.conversation_id], "body": "to all"}
    export = {"conversation_id": client.conversation_id, "format": "text"}
    return {
        "conversation_id": client.conversation_id,
        "client_id": client.id,
        "absorb_id": twin.id,
        "number_id": staff.get(f"/clients/{client.id}")["numbers"][0]["id"],
        "message_id": message["id"],
        "attachment_id": message["attachments"][0]["id"],
        "scheduled_id": later["id"],
        "scheduled_message_id": later["id"],
        "mass_message_id": staff.do("/mass-messages", mass)["id"],
        "export_id": staff.do("/exports", export)["id"],
        "staff_id": colleague.id,
        "department_id": department["id"],
        "secret": "nonsense",
        "q": "picture",
    }


def _sign(http: httpx2.Client, path: str, ids: Mapping[str, str]) -> str:
    query = {name: ids[name] for name in ("q", "absorb_id", "conversation_id")}
    wanted = (
        query if path.endswith(("/merge", "search", "/messages", "/scheduled-messages")) else {}
    )
    answer = http.get(path.format(**ids), params=wanted)
    return SIGNS.get(answer.status_code, str(answer.status_code))


def test_every_route_is_shown_to_whom_the_table_names(
    everybody: list[Visitor], ids: dict[str, str]
) -> None:
    pages = {
        path: "".join(_sign(one.http, path, ids) for one in everybody) for path in page_paths("GET")
    }
    calls = {
        f"/api/v1{path}": "".join(_sign(one.staff.http, path, ids) for one in everybody)
        for path in call_paths(everybody[0].http)
    }

    assert pages | calls == EXPECTED


def test_no_page_leads_to_where_it_is_refused(
    everybody: list[Visitor], ids: dict[str, str]
) -> None:
    """Of the links in lists those to what this test has made: others' clients come and go."""
    pages = [path.format(**ids) for path in page_paths("GET") if "secret" not in path]
    stays = set(ids.values())
    broken: dict[str, int] = {}

    for one in everybody:
        places: set[str] = set()
        for path in pages:
            shown = one.http.get(path, params={"absorb_id": ids["absorb_id"]})
            if shown.status_code == 200 and "<main" in shown.text:
                found = LINK.findall(shown.text)
                places |= {place for place in found if stays.issuperset(ID.findall(place))}
        roles = "+".join(one.staff.account["roles"])
        for place in sorted(places):
            status = one.http.get(place.replace("&amp;", "&")).status_code
            if status >= 400:
                broken[f"{roles}: {place}"] = status

    assert broken == {}


def test_no_route_is_shown_to_nobody(stack: RunningStack, ids: dict[str, str]) -> None:
    with httpx2.Client(base_url=stack.gateway_url, timeout=15) as nobody:
        for path in EXPECTED:
            if path in OPEN:
                continue
            answer = nobody.get(path.format(**ids))
            if path.startswith("/api/"):
                assert answer.status_code == 401, path
            else:
                assert answer.status_code == 303, path
                assert answer.headers["location"].startswith("/sign-in"), path
