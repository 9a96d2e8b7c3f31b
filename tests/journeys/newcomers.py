"""What a test has for itself: a case manager with password and token, a department."""

import os
import re
import subprocess
import sys
from contextlib import closing
from itertools import count
from typing import Any

import httpx2
import psutil
from tests.journeys.people import Carrier, Json, StaffMember, a_phone_number, eventually

from clientcomm_testkit.stacks import RunningStack

PASSWORD = "seven quiet rivers bend"
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_numbers = count(1)


class Browser:
    """A browser that fills in forms."""

    def __init__(self, gateway_url: str) -> None:
        self.url = gateway_url
        self.http = httpx2.Client(base_url=gateway_url, headers={"Origin": gateway_url}, timeout=15)

    def close(self) -> None:
        self.http.close()

    def fill_in(self, path: str, fields: dict[str, Any]) -> httpx2.Response:
        page = self.http.get(path)
        assert page.status_code == 200, (path, page.status_code)
        hidden = dict(_HIDDEN.findall(page.text.split("<main", 1)[1]))
        return self.http.post(path, data={**hidden, **fields})


def letter(stack: RunningStack, to: str) -> str:
    """The newest e-mail to this address, as soon as there is one."""

    def arrived() -> str | None:
        answer = httpx2.get(f"{stack.simulator_url}/simulator/mail", params={"to": to})
        letters = answer.json()["mail"]
        return str(letters[0]["text"]) if letters else None

    return eventually(arrived)


def a_case_manager(stack: RunningStack, department: Json | None = None) -> Json:
    """An account without clients, in the first department if not told otherwise."""
    email = f"wren.castlebury.{os.getpid()}.{next(_numbers)}@juniper-county.example"
    department = department or stack.demo["departments"][0]
    role = {"role": "case_manager", "department_id": department["id"]}
    new = {"full_name": "Wren Castlebury", "email": email, "roles": [role]}
    with _administrator(stack) as inviting:
        staff_id = inviting.do("/staff", new)["id"]
    _take_password(stack, letter(stack, email))
    return {
        "email": email,
        "password": PASSWORD,
        "roles": ["case_manager"],
        "department": department["name"],
        "staff_id": staff_id,
        "token": _token(stack, email),
    }


def a_department(stack: RunningStack, carrier: Carrier) -> Json:
    """One that never rests at night, with a number of which nobody else texts."""
    new = {
        "name": f"Test Office {os.getpid()}-{next(_numbers)}",
        "number": a_phone_number(),
        "time_zone": "America/Chicago",
    }
    carrier.rent(new["number"])
    with _administrator(stack) as adding:
        made = adding.do("/departments", new)
        rules = made["rules"] | {"quiet_hours": {"starts": "00:00", "ends": "00:00"}}
        changed = adding.http.patch(f"/departments/{made['id']}", json={"rules": rules})
        assert changed.status_code == 200, changed.text
    return {**new, "id": made["id"]}


def _administrator(stack: RunningStack) -> closing[StaffMember]:
    accounts = stack.demo["accounts"]
    account = next(one for one in accounts if one["roles"] == ["administrator"])
    return closing(StaffMember(stack.gateway_url, account))


def _take_password(stack: RunningStack, invitation: str) -> None:
    link = re.search(r"(/invitation/\S+)", invitation)
    assert link
    with closing(Browser(stack.gateway_url)) as browser:
        chosen = {"new_password": PASSWORD, "new_password_again": PASSWORD}
        assert browser.fill_in(link[1], chosen).status_code == 303


def _token(stack: RunningStack, email: str) -> str:
    """By the gateway's own command, told the same as the gateway that runs."""
    gateway = psutil.Process(stack.processes()["gateway-1"])
    command = [sys.executable, "-m", "clientcomm_gateway", "new-token", email, "tests"]
    made = subprocess.run(
        command, env=gateway.environ(), capture_output=True, text=True, check=True
    )
    return made.stdout.strip()
