"""Pages with many clients and messages, at a few requests a second."""

import random

import aiohttp
from tests.performance.load import at_pace
from tests.performance.machine import cpu_seconds, hops, used_between
from tests.performance.report import Figure, Section
from tests.performance.system import System

PACE = 5.0
CALLS = 150


async def measure(system: System) -> list[Section]:
    """The list (100 rows) and a conversation (50 messages) as signed-in browsers get them."""
    (supervisor,) = system.staff_with("supervisor")
    async with (
        system.api() as api,
        _browser(system) as browser,
        _browser(system) as supervisors,
    ):
        ids = [one["id"] for one in await system.conversations(api, 2_000)]
        await system.sign_in(browser)
        await system.sign_in(supervisors, supervisor)
        choose = random.Random(7)
        orders = ["", "&sort=name", "&unread=1"]

        async def show_list(number: int) -> None:
            await _get(browser, f"/conversations?box=mine{orders[number % len(orders)]}")

        async def show_department(number: int) -> None:
            await _get(supervisors, f"/conversations?box=department{orders[number % len(orders)]}")

        async def show_conversation(_: int) -> None:
            await _get(browser, f"/conversations/{choose.choice(ids)}")

        for warm_up in (show_list, show_department, show_conversation):
            await at_pace(warm_up, per_second=PACE, calls=20)
        before = cpu_seconds(system.stack)
        lists = await at_pace(show_list, per_second=PACE, calls=CALLS)
        departments = await at_pace(show_department, per_second=PACE, calls=CALLS)
        threads = await at_pace(show_conversation, per_second=PACE, calls=CALLS)
        used = used_between(before, cpu_seconds(system.stack))
    measured = (
        ("list of 100", lists, 80),
        ("list of 100, department", departments, 100),
        ("conversation of 50", threads, 80),
    )
    figures = [
        figure
        for name, load, wanted in measured
        for figure in (
            Figure(f"{name}, p50", load.percentile(0.5), "ms"),
            Figure(f"{name}, p99", load.percentile(0.99), "ms", wanted, at_most=True),
        )
    ]
    failures = sum(load.failures for _, load, _ in measured)
    figures.append(Figure("failures", failures, "", wanted=0, at_most=True))
    return [Section("Pages at 5 requests/s", figures), hops("page", used, 3 * CALLS)]


def _browser(system: System) -> aiohttp.ClientSession:
    jar = aiohttp.CookieJar(unsafe=True)
    return aiohttp.ClientSession(system.stack.gateway_url, cookie_jar=jar)


async def _get(browser: aiohttp.ClientSession, path: str) -> None:
    async with browser.get(path, allow_redirects=False) as answer:
        await answer.read()
        assert answer.status == 200, answer.status
