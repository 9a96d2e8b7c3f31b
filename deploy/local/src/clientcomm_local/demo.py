"""`demo.json`: where the stack is, and with which made-up people one can sign in."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from clientcomm_local.environment import Installation
from clientcomm_local.state import State, write_private

_KEYS = {"departments": "id", "accounts": "email"}


def collect_parts(state: State) -> dict[str, object]:
    """What the services' `seed-demo` left, now or at an earlier start, as one.

    demo.json itself is taken away: outside it says that the stack is ready.
    """
    kept = state.run / "demo-parts.json"
    whole = state.root / "demo.json"
    parts: dict[str, object] = {}
    for source in (kept, state.root / "demo-people.json", whole):
        parts = merged(parts, _read(source))
    write_private(kept, json.dumps(parts))
    whole.unlink(missing_ok=True)
    return parts


def write_demo(
    installation: Installation, parts: Mapping[str, object], *, admin_amqp_url: str
) -> Path:
    """Write demo.json whole; passwords and tokens in it are for us alone to read."""
    settings = installation.settings
    path = installation.state.root / "demo.json"
    urls: dict[str, object] = {
        "gateway_url": settings.gateway_url,
        "sms_url": settings.sms_url,
        "simulator_url": settings.simulator_url,
        "mailbox_url": installation.mailbox_url,
        "amqp_url": admin_amqp_url,
        "departments": [],
        "accounts": [],
    }
    write_private(path, json.dumps({**urls, **parts, **_only_urls(urls)}, indent=2) + "\n")
    return path


def numbers(parts: Mapping[str, object]) -> tuple[str, ...]:
    """The departments' numbers, which the simulator is told that the account owns."""
    departments = parts.get("departments")
    if not isinstance(departments, list):
        return ()
    return tuple(department["number"] for department in departments if department.get("number"))


def merged(first: Mapping[str, object], second: Mapping[str, object]) -> dict[str, object]:
    """Two parts as one; lists of records are joined record by record."""
    result = dict(first)
    for name, value in second.items():
        known = result.get(name)
        if name in _KEYS and isinstance(known, list) and isinstance(value, list):
            result[name] = _joined(known, value, key=_KEYS[name])
        else:
            result[name] = value
    return result


def _joined(
    first: list[dict[str, object]], second: list[dict[str, object]], *, key: str
) -> list[dict[str, object]]:
    records = {str(record[key]): dict(record) for record in first}
    for record in second:
        records.setdefault(str(record[key]), {}).update(record)
    return list(records.values())


def _only_urls(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in facts.items() if name.endswith("_url")}


def _read(path: Path) -> dict[str, object]:
    try:
        return cast("dict[str, object]", json.loads(path.read_text()))
    except FileNotFoundError:
        return {}
