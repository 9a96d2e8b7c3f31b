"""Single texts: accepted by the API, received as webhooks, and how long each takes on its way."""

import asyncio
import json
import time
from datetime import datetime
from uuid import uuid4

import aiohttp
from tests.performance.load import at_pace, by_clients, percentile
from tests.performance.machine import cpu_seconds, hops, used_between
from tests.performance.report import Figure, Section
from tests.performance.system import System

SENDS = 2_000
WEBHOOKS = 4_000
PACE = 20.0


async def measure_accepting(system: System) -> list[Section]:
    """Sends by the API from 8 clients, while the carrier's side is closed."""
    system.execute("sms", "UPDATE gate SET is_open = false")
    async with system.api() as api:
        ids = [one["id"] for one in await system.conversations(api, 500)]

        async def send(number: int) -> None:
            async with api.post(
                f"/api/v1/conversations/{ids[number % len(ids)]}/messages",
                json={"body": f"Text number {number}"},
                headers={"Idempotency-Key": str(uuid4())},
            ) as answer:
                assert answer.status == 201, await answer.text()

        before = cpu_seconds(system.stack)
        load = await by_clients(send, clients=8, calls=SENDS)
        used = used_between(before, cpu_seconds(system.stack))
    system.execute("sms", "UPDATE gate SET is_open = true")
    rates = Section(
        "One send by the API, 8 clients, the send gate closed",
        [
            Figure("accepted", load.per_second, "/s", wanted=200),
            Figure("p99", load.percentile(0.99), "ms"),
            Figure("failures", load.failures, "", wanted=0, at_most=True),
        ],
    )
    return [rates, hops("send by the API", used, SENDS)]


async def measure_webhooks(system: System) -> list[Section]:
    """Signed texts of known clients from 8 connections, each answered when it is durable."""
    async with system.api() as api, aiohttp.ClientSession() as session:
        chosen = await system.conversations(api, WEBHOOKS)
        numbers = _numbers_of(system, [str(one["id"]) for one in chosen])

        async def receive(number: int) -> None:
            await _post_inbound(system, session, numbers[number % len(numbers)], str(number))

        before = cpu_seconds(system.stack)
        load = await by_clients(receive, clients=8, calls=WEBHOOKS)
        used = used_between(before, cpu_seconds(system.stack))
    rates = Section(
        "Inbound webhooks, durable, 8 clients",
        [
            Figure("answered", load.per_second, "/s", wanted=500),
            Figure("p99", load.percentile(0.99), "ms"),
            Figure("failures", load.failures, "", wanted=0, at_most=True),
        ],
    )
    return [rates, hops("inbound webhook", used, WEBHOOKS)]


async def measure_steady(system: System) -> list[Section]:
    """At a steady pace: from click to carrier, from webhook to answer, from webhook to page."""
    async with system.api() as api, aiohttp.ClientSession() as plain:
        chosen = (await system.conversations(api, 400))[100:]
        clicked: dict[str, float] = {}

        async def send(number: int) -> None:
            body = f"Steady {uuid4().hex}"
            clicked[body] = time.time()
            async with api.post(
                f"/api/v1/conversations/{chosen[number % len(chosen)]['id']}/messages",
                json={"body": body},
                headers={"Idempotency-Key": str(uuid4())},
            ) as answer:
                assert answer.status == 201, await answer.text()

        await at_pace(send, per_second=PACE, calls=400)
        await asyncio.sleep(2)
        to_carrier = await _until_carrier(system, plain, clicked)
        answered, on_page = await _inbound_on_page(system, plain, chosen[:100])
    latencies = Section(
        f"At a steady {PACE:g} texts/s",
        [
            Figure("click to carrier, p50", 1000 * percentile(to_carrier, 0.5), "ms", 60, True),
            Figure("click to carrier, p99", 1000 * percentile(to_carrier, 0.99), "ms", 250, True),
            Figure("texts seen by the carrier", len(to_carrier), "", wanted=len(clicked)),
            Figure(
                "inbound webhook answered, p99", 1000 * percentile(answered, 0.99), "ms", 50, True
            ),
            Figure("inbound on the page, p50", 1000 * percentile(on_page, 0.5), "ms"),
            Figure("inbound on the page, p99", 1000 * percentile(on_page, 0.99), "ms", 300, True),
            Figure("inbound texts seen on the page", len(on_page), "", wanted=len(answered)),
        ],
    )
    return [latencies]


async def _until_carrier(
    system: System, session: aiohttp.ClientSession, clicked: dict[str, float]
) -> list[float]:
    taken: list[float] = []
    after = 0
    while True:
        query = {"after": str(after), "limit": "5000", "direction": "outbound"}
        async with session.get(
            f"{system.stack.simulator_url}/simulator/messages", params=query
        ) as answer:
            page = await answer.json()
        for message in page["messages"]:
            if message["body"] in clicked:
                created = datetime.fromisoformat(message["created_at"]).timestamp()
                taken.append(created - clicked[message["body"]])
        if page["next"] is None:
            return taken
        after = page["next"]


async def _inbound_on_page(
    system: System, session: aiohttp.ClientSession, chosen: list[dict[str, object]]
) -> tuple[list[float], list[float]]:
    """Texts of clients in, while a signed-in browser's stream is open."""
    texted: dict[str, float] = {}
    answered: list[float] = []
    seen: dict[str, float] = {}
    numbers = _numbers_of(system, [str(one["id"]) for one in chosen])
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(system.stack.gateway_url, cookie_jar=jar) as browser:
        await system.sign_in(browser)
        stream = await browser.get("/live", timeout=aiohttp.ClientTimeout(total=120))
        assert stream.status == 200
        listening = asyncio.create_task(_listen(stream, texted, seen))

        async def text(number: int) -> None:
            body = f"Answer {uuid4().hex}"
            began = time.perf_counter()
            texted[body] = began
            await _post_inbound(system, session, numbers[number % len(numbers)], body)
            answered.append(time.perf_counter() - began)

        await at_pace(text, per_second=PACE, calls=300)
        await asyncio.sleep(2)
        listening.cancel()
    return answered, [seen[body] - began for body, began in texted.items() if body in seen]


async def _listen(
    stream: aiohttp.ClientResponse, texted: dict[str, float], seen: dict[str, float]
) -> None:
    async for line in stream.content:
        if not line.startswith(b"data:"):
            continue
        now = time.perf_counter()
        event = json.loads(line[5:])
        html = event.get("row", "") + "".join(item["html"] for item in event.get("items", []))
        for body in texted:
            if body not in seen and body in html:
                seen[body] = now


def _numbers_of(system: System, ids: list[str]) -> list[str]:
    rows = system.query(
        "conversations",
        "SELECT primary_number FROM conversation_summary WHERE conversation_id = ANY(%s::uuid[])",
        ids,
    )
    return [row[0] for row in rows]


async def _post_inbound(
    system: System, session: aiohttp.ClientSession, sender: str, body: str
) -> None:
    sid = f"SM{uuid4().hex}"
    form = {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": system.account[0],
        "From": sender,
        "To": system.department["number"],
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
    }
    url, headers = system.signed("/webhooks/twilio/message", form)
    async with session.post(url, data=form, headers=headers) as answer:
        assert answer.status // 100 == 2, answer.status
