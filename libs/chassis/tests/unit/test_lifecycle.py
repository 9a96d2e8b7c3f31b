import asyncio
import os
import signal
import socket

import pytest
from starlette.applications import Starlette

from clientcomm_chassis import Background, ServiceSettings, run_process, running, serve_http
from clientcomm_chassis.health import health_routes
from clientcomm_local.ports import free_port


class _Part:
    def __init__(self, name: str, diary: list[str], *, fails: str = "") -> None:
        self.name = name
        self.diary = diary
        self.fails = fails
        self.ready = True

    async def start(self) -> None:
        self.diary.append(f"start {self.name}")
        if self.fails == "start":
            raise OSError("cannot")

    async def stop(self) -> None:
        self.diary.append(f"stop {self.name}")
        if self.fails == "stop":
            raise OSError("cannot")

    def is_ready(self) -> bool:
        return self.ready


@pytest.fixture
def diary() -> list[str]:
    return []


@pytest.fixture
def port() -> int:
    return free_port()


async def test_parts_start_in_order_and_stop_in_reverse(diary: list[str]) -> None:
    async with running([_Part("a", diary), _Part("b", diary)]):
        diary.append("work")

    assert diary == ["start a", "start b", "work", "stop b", "stop a"]


async def test_a_part_that_cannot_start_ends_those_before_it(diary: list[str]) -> None:
    parts = [_Part("a", diary), _Part("b", diary, fails="start"), _Part("c", diary)]

    with pytest.raises(OSError, match="cannot"):
        async with running(parts):
            diary.append("work")

    assert diary == ["start a", "start b", "stop b", "stop a"]


async def test_a_part_that_cannot_stop_does_not_keep_the_others(diary: list[str]) -> None:
    async with running([_Part("a", diary), _Part("b", diary, fails="stop")]):
        pass

    assert diary[-2:] == ["stop b", "stop a"]


def _settings(port: int) -> ServiceSettings:
    return ServiceSettings.model_validate(
        {"service_database_url": "x", "amqp_url": "x", "health_port": port}
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_process_in_order(
    diary: list[str], port: int, number: signal.Signals
) -> None:
    process = asyncio.create_task(
        run_process(
            service="sms",
            role="serve",
            components=[_Part("a", diary)],
            settings=_settings(port),
        )
    )
    await _until_answering(port)

    os.kill(os.getpid(), number)
    await asyncio.wait_for(process, 60)

    assert diary == ["start a", "stop a"]


async def test_health_says_whether_each_part_is_ready(diary: list[str], port: int) -> None:
    part = _Part("a", diary)
    process = asyncio.create_task(
        run_process(service="sms", role="serve", components=[part], settings=_settings(port))
    )
    await _until_answering(port)

    assert (await _get(port, "/health/live"))[0] == 200
    assert await _get(port, "/health/ready") == (
        200,
        '{"ready":true,"parts":{"a":true}}',
    )
    part.ready = False
    assert await _get(port, "/health/ready") == (
        503,
        '{"ready":false,"parts":{"a":false}}',
    )
    assert (await _get(port, "/health/live"))[0] == 200
    status, figures = await _get(port, "/metrics")
    assert status == 200
    assert "process_cpu_seconds_total" in figures

    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(process, 60)


async def test_two_servers_may_share_a_port() -> None:
    app = Starlette(routes=health_routes(dict))
    first = serve_http(app, host="127.0.0.1", port=0)
    await first.start()
    second = serve_http(app, host="127.0.0.1", port=first.port)
    await second.start()

    assert first.is_ready()
    assert second.is_ready()
    await first.stop()
    assert (await _get(second.port, "/health/live"))[0] == 200
    await second.stop()
    assert not second.is_ready()


async def test_a_taken_port_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = serve_http(
            Starlette(), host="127.0.0.1", port=taken.getsockname()[1], reuse_port=False
        )

        with pytest.raises(OSError, match="in use"):
            await server.start()


async def test_a_loop_that_fails_is_begun_again() -> None:
    runs = 0
    again = asyncio.Event()

    async def fail_once() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise ValueError("once")
        again.set()
        await asyncio.Event().wait()

    loop = Background("reconciler", fail_once, restart_after=0.01)
    await loop.start()
    await asyncio.wait_for(again.wait(), 60)

    assert loop.is_ready()
    await loop.stop()
    assert not loop.is_ready()


async def _until_answering(port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                await _get(port, "/health/live")
            except OSError:
                await asyncio.sleep(0.01)
            else:
                return


async def _get(port: int, path: str) -> tuple[int, str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = (await reader.read()).decode()
    writer.close()
    head, _, body = answer.partition("\r\n\r\n")
    return int(head.split()[1]), body
