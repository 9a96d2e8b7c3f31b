"""Pages with many clients and messages, at a few requests a second."""

import random

import aiohttp
from tests.performance.load import at_pace
from tests.performance.machine import cpu_seconds, hops, used_between
from tests.performance.report import Figure, Section
from tests.performance.single import _sign_in
from tests.performance.system import System

PACE = 5.0
CALLS = 150


async def measure(system: System) -> list[Section]:
    """The list (100 rows) and a conversation (50 messages) as a signed-in browser gets them."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with (
        system.api() as api,
        aiohttp.ClientSession(system.stack.gateway_url, cookie_jar=jar) as browser,
    ):
        ids = [one["id"] for one in await system.conversations(api, 2_000)]
        await _sign_in(system, browser)
        choose = random.Random(7)
        paths = ["/conversations", "/conversations?sort=name", "/conversations?unread=1"]

        async def show_list(number: int) -> None:
            await _get(browser, paths[number % len(paths)])

        async def show_conversation(_: int) -> None:
            await _get(browser, f"/conversations/{choose.choice(ids)}")

        for warm_up in (show_list, show_conversation):
            await at_pace(warm_up, per_second=PACE, calls=20)
        before = cpu_seconds(system.stack)
        lists = await at_pace(show_list, per_second=PACE, calls=CALLS)
        threads = await at_pace(show_conversation, per_second=PACE, calls=CALLS)
        used = used_between(before, cpu_seconds(system.stack))
    figures = Section(
        "Pages at 5 requests/s",
        [
            Figure("list of 100, p50", lists.percentile(0.5), "ms"),
            Figure("list of 100, p99", lists.percentile(0.99), "ms", wanted=80, at_most=True),
            Figure("conversation of 50, p50", threads.percentile(0.5), "ms"),
            Figure("conversation of 50, p99", threads.percentile(0.99), "ms", 80, at_most=True),
            Figure("failures", lists.failures + threads.failures, "", wanted=0, at_most=True),
        ],
    )
    return [figures, hops("page", used, 2 * CALLS)]


async def _get(browser: aiohttp.ClientSession, path: str) -> None:
    async with browser.get(path, allow_redirects=False) as answer:
        await answer.read()
        assert answer.status == 200, answer.status
