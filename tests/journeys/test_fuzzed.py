"""Every call and every webhook of a whole stack, fuzzed: whatever comes, no fault of ours.

On a stack of its own, since what it makes up would be found in the lists and logs of the others.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS
from schemathesis.core.result import Ok
from tests.journeys.people import StaffMember, a_phone_number
from twilio.request_validator import RequestValidator

from clientcomm_testkit.stacks import RunningStack, start_stack

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(400)]

EXAMPLES = 15
WEBHOOK_EXAMPLES = 25
FRESH_EVERY = 8
"""Operations after which the things they work on are made anew, as some end what they touch."""
HELD = ("not_a_server_error", "status_code_conformance")
OF_THE_API = (*HELD, "content_type_conformance", "response_schema_conformance")
LEAST_TAKEN = 45
"""Operations that must have answered a success, else the examples no longer reach the use cases."""
_LEVEL = re.compile(r'"level": ?"(error|critical)"')
SERVICES = ("gateway", "conversations", "sms", "scheduler", "export")


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    stack = start_stack(tmp_path_factory.mktemp("fuzzed") / "state")
    yield stack
    stack.remove()


def test_no_call_and_no_webhook_ends_in_a_fault_of_ours(own_stack: RunningStack) -> None:
    taken = _fuzz_calls(own_stack)
    taken |= _fuzz_webhooks(own_stack)

    assert {"POST /clients", "POST /mass-messages", "POST /webhooks/twilio/message"} <= taken
    assert len(taken) > LEAST_TAKEN
    assert _errors(own_stack) == []
    for service in SERVICES:
        with psycopg.connect(own_stack.owner_url(service)) as database:
            assert database.execute("SELECT name FROM parked").fetchall() == [], service


@dataclass(frozen=True)
class _Office:
    """Who calls: a case manager, the supervisor, the administrator; and a colleague to name."""

    callers: Sequence[StaffMember]
    colleague: StaffMember

    @property
    def case_manager(self) -> StaffMember:
        return self.callers[0]

    def things(self) -> dict[str, Any]:
        """Ids that exist, by the names that calls have for them; values that make sense."""
        staff = self.case_manager
        client, twin = staff.add_client(), staff.add_client()
        here = {"conversation_id": client.conversation_id}
        both = {"conversation_ids": [client.conversation_id, twin.conversation_id], "body": "All"}
        known = staff.get(f"/clients/{client.id}")
        number = known["numbers"][0]["id"]
        message = staff.send(client.conversation_id, "Hello there")["id"]
        return {
            **here,
            "conversation_ids": [client.conversation_id],
            "client_id": client.id,
            "absorb_id": twin.id,
            "number_id": number,
            "to_number_id": number,
            "message_id": message,
            "up_to": message,
            "scheduled_message_id": staff.schedule(client.conversation_id, "Later", days=3)["id"],
            "mass_message_id": staff.do("/mass-messages", both)["id"],
            "export_id": staff.do("/exports", {**here, "format": "text"})["id"],
            "staff_id": self.colleague.id,
            "covered_by": self.colleague.id,
            "department_id": known["department_id"],
            "which": "statuses",
            "phone": a_phone_number(),
            "number": a_phone_number(),
            "time_zone": "America/New_York",
            "local_time": "2027-03-14T02:30:00",
            "language": "en",
        }


def _fuzz_calls(stack: RunningStack) -> set[str]:
    """The operations that took something."""
    url = f"{stack.gateway_url}/api/v1"
    department = stack.demo["departments"][0]["name"]
    roles = ("case_manager", "supervisor", "administrator", "case_manager")
    places = (0, 0, 0, 1)
    members = [
        StaffMember(stack.gateway_url, _account(stack, role, department, place))
        for role, place in zip(roles, places, strict=True)
    ]
    office = _Office(members[:3], members[3])
    things: dict[str, Any] = {}
    taken: set[str] = set()
    for place, operation in enumerate(_operations(f"{url}/openapi.json", office.case_manager)):
        if place % FRESH_EVERY == 0:
            things = office.things()
        taken |= _fuzz_call(operation, url, office.callers, things)
    for member in members:
        member.close()
    return taken


def _account(stack: RunningStack, role: str, department: str, place: int) -> dict[str, Any]:
    found = [
        account
        for account in stack.demo["accounts"]
        if role in account["roles"] and account["department"] in (department, None)
    ]
    return dict(found[place])


def _operations(url: str, reader: StaffMember | None = None) -> Iterator[Any]:
    token = {"Authorization": f"Bearer {reader.account['token']}"} if reader else {}
    document = httpx2.get(url, headers=token).raise_for_status().json()
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        assert isinstance(found, Ok)
        yield found.ok()


def _fuzz_call(
    operation: Any, url: str, callers: Sequence[StaffMember], things: Mapping[str, Any]
) -> set[str]:
    taken: set[str] = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(),
        is_real=st.sampled_from([True, True, False]),
        caller=st.sampled_from(callers),
    )
    def call(case: Any, is_real: bool, caller: StaffMember) -> None:
        if is_real:  # what exists reaches what lies behind "not found"
            case.path_parameters = _real(case.path_parameters, things)
            case.query = _real(case.query, things)
            case.body = _real(case.body, things)
        headers = {"Authorization": f"Bearer {caller.account['token']}"}
        taken.update(_call(case, url, headers, OF_THE_API))

    if not operation.path.endswith("/deactivate"):  # who is gone could call nothing after it
        call()
    return taken


def _real(given_fields: Any, things: Mapping[str, Any]) -> Any:
    if not isinstance(given_fields, dict):
        return given_fields
    return {
        name: things[name] if name in things and value is not None else value
        for name, value in given_fields.items()
    }


def _call(case: Any, url: str, headers: Mapping[str, str], held: Sequence[str]) -> list[str]:
    """The operation's name if it succeeded."""
    checks = [CHECKS.get_one(name) for name in held]
    answer = case.call_and_validate(base_url=url, headers=headers, checks=checks, timeout=30)
    return [f"{case.method} {case.operation.path}"] if answer.status_code < 300 else []


def _fuzz_webhooks(stack: RunningStack) -> set[str]:
    taken: set[str] = set()
    secrets = json.loads((Path(stack.state_dir) / "secrets.json").read_text())
    validator = RequestValidator(secrets["twilio_auth_token"])

    for operation in _operations(f"{stack.sms_url}/webhooks/openapi.json"):

        @settings(
            max_examples=WEBHOOK_EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), is_signed=st.sampled_from([True, True, False]))
        def call(case: Any, is_signed: bool) -> None:
            headers = {}
            if is_signed and isinstance(case.body, dict):
                fields = {name: text for name, text in case.body.items() if isinstance(text, str)}
                signature = validator.compute_signature(stack.sms_url + case.formatted_path, fields)
                headers["X-Twilio-Signature"] = signature
            taken.update(_call(case, stack.sms_url, headers, HELD))

        call()
    return taken


def _errors(stack: RunningStack) -> list[str]:
    lines = [line for log in stack.logs().values() for line in log.splitlines()]
    return [line for line in lines if _LEVEL.search(line)]
