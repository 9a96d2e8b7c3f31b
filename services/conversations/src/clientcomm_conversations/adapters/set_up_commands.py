"""Commands for an installation's beginning: organisation, departments, staff, or the demo."""

import argparse
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from clientcomm_chassis.clock import Clock
from clientcomm_chassis.ids import new_id
from clientcomm_contracts.faults import Refused
from clientcomm_contracts.values import Role
from clientcomm_conversations.adapters.bulk_rows import Load
from clientcomm_conversations.adapters.bulk_tables import copy_load, load_of, rows_of
from clientcomm_conversations.adapters.demo_tables import DemoTables
from clientcomm_conversations.adapters.directory import DirectoryTables
from clientcomm_conversations.application.add_department import DepartmentWanted, add_department
from clientcomm_conversations.application.add_staff import StaffWanted, add_staff
from clientcomm_conversations.application.directory import Directory, People
from clientcomm_conversations.application.seed_demo import seed_demo
from clientcomm_conversations.application.set_up_installation import (
    InstallationWanted,
    set_up_installation,
)
from clientcomm_conversations.application.set_up_organisation import set_up_organisation
from clientcomm_persistence import Database, Transaction

PEOPLE_FILE = "demo-people.json"

Work = Callable[[Directory, argparse.Namespace], Awaitable[str]]


async def set_up(arguments: Sequence[str], database: Database, clock: Clock) -> int:
    """`set-up installation | organisation | department | staff …`; prints the new id."""
    asked = _arguments(clock).parse_args(arguments)
    work: Work = asked.work

    async def within(tx: Transaction) -> str:
        return await work(DirectoryTables(tx), asked)

    try:
        made = await database.run(within)
    except Refused as refused:
        sys.stderr.write(f"{refused.sentence}\n")
        return 1
    sys.stdout.write(f"{made}\n")
    return 0


async def load_demo(database: Database, clock: Clock, state_dir: Path) -> int:
    """`seed-demo`: fills an empty database, and leaves a list of everyone beside it."""

    async def within(tx: Transaction) -> People | None:
        return await seed_demo(DemoTables(tx), now=clock.now())

    people = await database.run(within)
    if people is None:
        sys.stderr.write("the database is in use; the demo was not loaded\n")
        return 0
    _write(state_dir / PEOPLE_FILE, _as_json(people))
    return 0


async def load_bulk(arguments: Sequence[str], database: Database, clock: Clock) -> int:
    """`seed-bulk`: many clients and a year of texts for measuring, by COPY; tells nobody."""
    parser = argparse.ArgumentParser(prog="seed-bulk")
    parser.add_argument("--clients", type=int, required=True)
    parser.add_argument("--messages", type=int, required=True)
    parser.add_argument("--department", required=True, help="its name or id")
    parser.add_argument("--case-manager", help="e-mail; all of the department's if left out")
    asked = parser.parse_args(arguments)

    async def planned(tx: Transaction) -> Load:
        return await load_of(
            tx,
            department=asked.department,
            email=asked.case_manager,
            clients=asked.clients,
            messages=asked.messages,
            now=clock.now(),
        )

    try:
        rows, texts = rows_of(await database.run(planned))
        await database.run(lambda tx: copy_load(tx, rows, texts))
    except Refused as refused:
        sys.stderr.write(f"{refused.sentence}\n")
        return 1
    return 0


def _arguments(clock: Clock) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="set-up")
    parts = parser.add_subparsers(required=True)
    _installation(parts.add_parser("installation"), clock)
    _organisation(parts.add_parser("organisation"), clock)
    _department(parts.add_parser("department"), clock)
    _staff(parts.add_parser("staff"), clock)
    return parser


def _installation(parser: argparse.ArgumentParser, clock: Clock) -> None:
    parser.add_argument("--organisation", required=True)
    parser.add_argument("--region", default="US", help="of numbers typed without a country")
    parser.add_argument("--department", required=True)
    parser.add_argument("--number", required=True)
    parser.add_argument("--time-zone", required=True)
    parser.add_argument("--administrator", required=True, metavar="NAME")
    parser.add_argument("--email", required=True)
    parser.add_argument("--without-clients", action="store_true", help="no case manager as well")

    async def work(directory: Directory, asked: argparse.Namespace) -> str:
        wanted = InstallationWanted(
            organisation_name=asked.organisation,
            default_region=asked.region,
            department=DepartmentWanted(asked.department, asked.time_zone, asked.number),
            full_name=asked.administrator,
            email=asked.email,
            has_clients=not asked.without_clients,
        )
        made = await set_up_installation(directory, wanted, new_id=new_id, now=clock.now())
        return str(made.staff_id)

    parser.set_defaults(work=work)


def _organisation(parser: argparse.ArgumentParser, clock: Clock) -> None:
    parser.add_argument("name")
    parser.add_argument("--region", default="US", help="of numbers typed without a country")

    async def work(directory: Directory, asked: argparse.Namespace) -> str:
        made = await set_up_organisation(
            directory,
            organisation_id=new_id(),
            name=asked.name,
            default_region=asked.region,
            now=clock.now(),
        )
        return str(made.id)

    parser.set_defaults(work=work)


def _department(parser: argparse.ArgumentParser, clock: Clock) -> None:
    parser.add_argument("name")
    parser.add_argument("--number", required=True)
    parser.add_argument("--time-zone", required=True)
    parser.add_argument("--segments-per-second", type=float, default=1.0)
    parser.add_argument("--fallback-phone")

    async def work(directory: Directory, asked: argparse.Namespace) -> str:
        wanted = DepartmentWanted(
            name=asked.name,
            time_zone=asked.time_zone,
            number=asked.number,
            segments_per_second=asked.segments_per_second,
            fallback_phone=asked.fallback_phone,
        )
        return str((await add_department(directory, wanted, new_id=new_id, now=clock.now())).id)

    parser.set_defaults(work=work)


def _staff(parser: argparse.ArgumentParser, clock: Clock) -> None:
    parser.add_argument("full_name")
    parser.add_argument("email")
    parser.add_argument(
        "--role",
        action="append",
        required=True,
        type=_role,
        metavar="ROLE[:DEPARTMENT]",
        help=f"may be repeated; one of {', '.join(Role)}; without a department: everywhere",
    )
    parser.add_argument("--desk-phone")

    async def work(directory: Directory, asked: argparse.Namespace) -> str:
        wanted = StaffWanted(asked.full_name, asked.email, tuple(asked.role), asked.desk_phone)
        return str((await add_staff(directory, wanted, new_id=new_id, now=clock.now())).id)

    parser.set_defaults(work=work)


def _role(typed: str) -> tuple[Role, str | None]:
    role, _, department = typed.partition(":")
    return Role(role), department or None


def _as_json(people: People) -> str:
    return json.dumps(
        {
            "departments": [
                {
                    "id": str(department.id),
                    "name": department.name,
                    "number": department.number,
                    "time_zone": department.time_zone,
                }
                for department in people.departments
            ],
            "accounts": [
                {
                    "staff_id": str(staff.id),
                    "full_name": staff.full_name,
                    "email": staff.email,
                    "roles": list(staff.roles),
                    "department": staff.department,
                }
                for staff in people.staff
            ],
        },
        indent=2,
    )


def _write(path: Path, content: str) -> None:
    """Whole or not at all; it names people, so it is for our own account to read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
    beside.replace(path)
