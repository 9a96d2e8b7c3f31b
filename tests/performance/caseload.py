"""The caseload at two sizes: lists, search, merging and transferring, and how they grow."""

import random
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import product
from statistics import median
from typing import Any
from uuid import uuid4

import aiohttp
from tests.performance import crowd
from tests.performance.load import by_clients
from tests.performance.report import Figure, Section
from tests.performance.system import System, running_system

CLIENTS = 100_000
MESSAGES = 2_000_000
TENTH = 10
GROWTH = 4 / 3

_SORTS = (
    "default",
    "name",
    "last_contact",
    "unread",
    "scheduled",
    "next_appointment",
    "status",
    "delivery_problem",
)
_ABSENT = ("zeppelin", "quinoa", "xylophone")
_OWN_SEARCHES = 120
_WIDE_SEARCHES = 100
_TO_WARM_UP = 20
_TRANSFERS = 10
_MOVED = 300
_MANY = 100

# A question of a new shape is put into words once by each process; it is shown, not judged.
_WANTED = {
    "list of 100, own clients, each shape for the first time": None,
    "list of 100, department, each shape for the first time": None,
    "list of 100, own clients": 100.0,
    "list of 100, department": 100.0,
    "search, own clients": 150.0,
    "search, department": 600.0,
    "merge of two threads of 10,000": 1_000.0,
    "transfer of 300": 1_000.0,
}

Timed = dict[str, list[float]]


async def measure(clients: int = CLIENTS, messages: int = MESSAGES) -> list[Section]:
    """Each at a tenth and at full size, on stacks of their own, then side by side."""
    small = await _at_size(clients // TENTH, messages // TENTH)
    large = await _at_size(clients, messages)
    return [
        _section(small, clients // TENTH, messages // TENTH),
        _section(large, clients, messages),
        Section(
            "Median at full size, as a multiple of the one at a tenth",
            [
                Figure(name, median(large[name]) / median(small[name]), "x", GROWTH, at_most=True)
                for name, wanted in _WANTED.items()
                if wanted is not None
            ],
        ),
    ]


def _section(timed: Timed, clients: int, messages: int) -> Section:
    figures: list[Figure] = []
    for name, at_most in _WANTED.items():
        values = sorted(timed[name])
        high = values[min(len(values) - 1, int(0.99 * len(values)))]
        figures += [
            Figure(f"{name}, median", 1000 * median(values), "ms"),
            Figure(
                f"{name}, {'p99' if len(values) >= _MANY else 'slowest'}",
                1000 * high,
                "ms",
                at_most,
                at_most=True,
            ),
        ]
    return Section(f"Caseload of {clients:,} clients and {messages:,} texts", figures)


async def _at_size(clients: int, messages: int) -> Timed:
    with running_system() as system:
        pairs = crowd.gather(system, clients=clients, messages=messages)
        (supervisor,) = system.staff_with("supervisor")
        colleague = system.staff_with("case_manager")[1]
        async with (
            system.api() as own,
            system.api(colleague) as merging,
            system.api(supervisor) as wide,
        ):
            words = _words(system)
            boxes: Sequence[tuple[str, aiohttp.ClientSession, dict[str, str]]] = (
                ("own clients", own, {}),
                ("department", wide, {"box": "department"}),
            )
            lists: Timed = {}
            for name, api, box in boxes:
                first = f"list of 100, {name}, each shape for the first time"
                lists[first] = await _lists(system, api, box)
                lists[f"list of 100, {name}"] = await _lists(system, api, box)
            return {
                **lists,
                "search, own clients": await _searches(own, words, _OWN_SEARCHES, box="mine"),
                "search, department": await _searches(wide, words, _WIDE_SEARCHES),
                "merge of two threads of 10,000": await _merges(merging, pairs),
                "transfer of 300": await _transfers(system, wide),
            }


async def _lists(system: System, api: aiohttp.ClientSession, box: dict[str, str]) -> list[float]:
    """Every filter with every sort, both ways, first and second page; labels' chosen at random."""
    statuses = system.query(
        "conversations", "SELECT id FROM status WHERE department_id = %s", system.department["id"]
    )
    filters: Sequence[dict[str, str]] = (
        {},
        {"unread": "true"},
        {"delivery_problem": "true"},
        {"due": "true"},
        {"state": "closed"},
        {"language": "en"},
        {"status": str(statuses[0][0])},
        {"q": "Garcia"},
        {"q": "B-00012"},
    )
    taken: list[float] = []
    for chosen, sort, way in product(filters, _SORTS, ("", "-")):
        query = {**box, **chosen, "sort": f"{way}{sort}", "limit": "100"}
        page = await _timed_get(api, "/api/v1/conversations", query, taken)
        if page["next"]:
            await _timed_get(api, "/api/v1/conversations", {**query, "cursor": page["next"]}, taken)
    return taken


async def _searches(
    api: aiohttp.ClientSession, words: Sequence[str], calls: int, **more: str
) -> list[float]:
    """After a few for other words: the first to read copied rows marks them as committed."""
    taken: list[float] = []
    for number in range(-_TO_WARM_UP, calls):
        query = {"q": words[number % len(words)], "limit": "30", **more}
        await _timed_get(api, "/api/v1/messages", query, taken)
    return taken[_TO_WARM_UP:]


def _words(system: System) -> list[str]:
    """Words as they occur, two of one text, and some that occur nowhere; in a fixed order."""
    rows = system.query("conversations", "SELECT body FROM message ORDER BY id LIMIT 400")
    choose = random.Random(3)
    found: list[str] = []
    for (body,) in choose.sample(rows, 70):
        long = [word.strip(".,?!:") for word in body.split() if len(word) > len("four")]
        if long:
            found.append(choose.choice(long))
            found.append(" ".join(long[:2]))
    return [*found, *_ABSENT]


async def _merges(api: aiohttp.ClientSession, pairs: Sequence[crowd.Pair]) -> list[float]:
    async def merge(number: int) -> None:
        pair = pairs[number]
        answer = await _post(
            api, f"/api/v1/clients/{pair.survivor}/merge", {"absorb_id": str(pair.absorbed)}
        )
        assert answer["messages_moved"] >= crowd.LONG

    return await _in_turn(merge, len(pairs))


async def _transfers(system: System, api: aiohttp.ClientSession) -> list[float]:
    """A caseload to a colleague and back."""
    here, there = (account["staff_id"] for account in system.staff_with("case_manager")[:2])
    rows = system.query(
        "conversations",
        "SELECT id FROM conversation WHERE assigned_to = %s AND state = 'open' LIMIT %s",
        here,
        _MOVED,
    )
    ids = [str(row[0]) for row in rows]

    async def transfer(number: int) -> None:
        to = (there, here)[number % 2]
        answer = await _post(api, "/api/v1/transfers", {"conversation_ids": ids, "staff_id": to})
        assert len(answer["done"]) == len(ids), answer["left_out"]

    return await _in_turn(transfer, _TRANSFERS)


async def _in_turn(call: Callable[[int], Awaitable[None]], calls: int) -> list[float]:
    load = await by_clients(call, clients=1, calls=calls)
    assert not load.failures
    return list(load.latencies)


async def _post(api: aiohttp.ClientSession, path: str, body: dict[str, Any]) -> Any:
    async with api.post(path, json=body, headers={"Idempotency-Key": str(uuid4())}) as answer:
        assert answer.ok, await answer.text()
        return await answer.json()


async def _timed_get(
    api: aiohttp.ClientSession, path: str, query: dict[str, str], taken: list[float]
) -> Any:
    began = time.perf_counter()
    async with api.get(path, params=query) as answer:
        assert answer.ok, await answer.text()
        page = await answer.json()
    taken.append(time.perf_counter() - began)
    return page
