"""What this machine can do without us: the measures that our figures stand beside."""

import asyncio
import socket
import sys
import time
from uuid import uuid4

import aio_pika
import aiohttp
import psycopg
from tests.performance.load import by_clients
from tests.performance.report import Figure


async def measure(
    *, database_url: str, amqp_url: str, simulator_url: str, account: tuple[str, str]
) -> list[Figure]:
    """All raw limits, each for about two seconds."""
    posts = await _posts(simulator_url, account)
    return [
        Figure("commits, 1 writer", await _commits(database_url, 1), "/s"),
        Figure("commits, 16 writers", await _commits(database_url, 16), "/s"),
        Figure("publishes with confirm, 1 in flight", await _publishes(amqp_url, 1), "/s"),
        Figure("publishes with confirm, 200 in flight", await _publishes(amqp_url, 200), "/s"),
        Figure("requests to an empty FastAPI endpoint, 8 clients", await _empty_endpoint(), "/s"),
        Figure("posts of a bare client to the simulator", posts, "/s"),
    ]


async def _commits(url: str, writers: int) -> float:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("CREATE TABLE IF NOT EXISTS bench_commits (id uuid, body text)")
    until = time.perf_counter() + 2

    async def writer() -> int:
        count = 0
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            while time.perf_counter() < until:
                await connection.execute(
                    "INSERT INTO bench_commits VALUES (%s, %s)", (uuid4(), "x" * 300)
                )
                count += 1
        return count

    counts = await asyncio.gather(*(writer() for _ in range(writers)))
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("DROP TABLE bench_commits")
    return sum(counts) / 2


async def _publishes(url: str, in_flight: int) -> float:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(
            f"bench.{uuid4().hex}", durable=True, arguments={"x-queue-type": "quorum"}
        )
        until = time.perf_counter() + 2

        async def publisher() -> int:
            count = 0
            while time.perf_counter() < until:
                message = aio_pika.Message(b"x" * 500, delivery_mode=2, message_id=uuid4().hex)
                await channel.default_exchange.publish(message, routing_key=queue.name)
                count += 1
            return count

        counts = await asyncio.gather(*(publisher() for _ in range(in_flight)))
        await queue.delete(if_empty=False, if_unused=False)
    return sum(counts) / 2


_EMPTY = """
import uvicorn
from fastapi import FastAPI
app = FastAPI()

@app.post("/")
async def empty() -> dict[str, bool]:
    return {"ok": True}

uvicorn.run(app, host="127.0.0.1", port={port}, log_level="error", access_log=False)
"""


async def _empty_endpoint() -> float:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    program = _EMPTY.replace("{port}", str(port))
    server = await asyncio.create_subprocess_exec(sys.executable, "-c", program)
    try:
        async with aiohttp.ClientSession() as session:
            await _until_up(session, f"http://127.0.0.1:{port}/")

            async def call(_: int) -> None:
                async with session.post(f"http://127.0.0.1:{port}/") as answer:
                    assert answer.status == 200

            return (await by_clients(call, clients=8, calls=4000)).per_second
    finally:
        server.terminate()
        await server.wait()


async def _until_up(session: aiohttp.ClientSession, url: str) -> None:
    for _ in range(200):
        try:
            async with session.post(url):
                return
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.05)
    raise AssertionError("the empty endpoint did not start")


async def _posts(simulator_url: str, account: tuple[str, str]) -> float:
    url = f"{simulator_url}/2010-04-01/Accounts/{account[0]}/Messages.json"
    auth = aiohttp.BasicAuth(*account)
    async with aiohttp.ClientSession(auth=auth) as session:
        async with session.get(f"{simulator_url}/simulator/numbers") as answer:
            sender = (await answer.json())["numbers"][0]["number"]

        async def call(number: int) -> None:
            form = {"From": sender, "To": f"+1989555{number:04d}", "Body": "bare"}
            async with session.post(url, data=form) as answer:
                assert answer.status == 201, answer.status

        load = await by_clients(call, clients=8, calls=2000)
    assert not load.failures
    return load.per_second
