"""The stack on one machine, from nothing to ready and back."""

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from clientcomm_bus import declare_topology
from clientcomm_local import demo, preparation, processes, providers
from clientcomm_local.access import SUBSCRIBERS
from clientcomm_local.databases import DatabaseUrls
from clientcomm_local.environment import Installation
from clientcomm_local.journal import Journal
from clientcomm_local.providers import Say, Server
from clientcomm_local.roles import Process
from clientcomm_local.roles import processes as wanted_processes
from clientcomm_local.settings import StackSettings
from clientcomm_local.state import State, write_atomically, write_private
from clientcomm_local.supervisor import Supervisor, Task

_SEEDERS = ("conversations", "gateway")  # in this order: the gateway gives passwords to the people


@dataclass(frozen=True, slots=True)
class Broker:
    """The broker that is there now, as its administrator and as each service reaches it."""

    admin_url: str
    service_urls: Mapping[str, str]
    subscribers_url: str


class Stack:
    """Starts and ends everything; one object per run."""

    def __init__(self, settings: StackSettings, *, say: Say) -> None:
        self._settings = settings
        self._say = say
        self._state = State(settings.state_dir)
        self._state.prepare()
        self._secrets = self._state.secrets()
        self._journal = Journal(self._state.logs / "stack.log")
        self._supervisor = Supervisor(self._journal, marks=self._state.run / "processes.json")
        self._processes = wanted_processes(os.environ)
        self._ports = self._state.ports(
            ["postgres", "rabbitmq", "mailbox", *(one.name for one in self._processes)],
            taken=(settings.gateway_port, settings.sms_port, settings.simulator_port),
        )
        self._servers: dict[str, Server] = {}
        self._starting: list[asyncio.Future[None]] = []

    async def start(self) -> Installation:
        """Everything up and ready."""
        self._end_leftovers()
        installation, parts, broker = await self._prepared()
        await self._start_processes(installation)
        demo.write_demo(installation, parts, admin_amqp_url=broker.admin_url)
        self._journal.note("stack_ready", processes=len(self._processes))
        return installation

    async def prepare(self) -> None:
        """Everything that is done before the first process starts; for containers."""
        installation, parts, broker = await self._prepared()
        demo.write_demo(installation, parts, admin_amqp_url=broker.admin_url)

    async def _prepared(self) -> tuple[Installation, Mapping[str, object], Broker]:
        databases, broker = await self._start_servers()
        installation = Installation(
            environment=os.environ,
            settings=self._settings,
            state=self._state,
            secrets=self._secrets,
            ports=self._ports,
            databases=databases,
            broker_urls=broker.service_urls,
            subscribers_url=broker.subscribers_url,
        )
        await self._migrate(installation)
        parts = await self._seed(installation)
        await self._say_set_up_code(installation)
        return replace(installation, numbers=demo.numbers(parts)), parts, broker

    async def _start_servers(self) -> tuple[dict[str, DatabaseUrls], Broker]:
        """Both at once, each waited for in any case: one half started could not be ended."""
        database_start = asyncio.create_task(self._start_postgres())
        broker_start = asyncio.create_task(self._start_broker())
        try:
            await asyncio.wait([database_start, broker_start])
        except asyncio.CancelledError:
            for start in (database_start, broker_start):
                start.cancel()
            await asyncio.wait([database_start, broker_start])
            raise
        return await database_start, await broker_start

    async def stop(self) -> None:
        """Processes first, then what they stand on; what is kept stays in the state directory."""
        await self._supervisor.stop()
        await asyncio.gather(*self._starting, return_exceptions=True)
        await asyncio.gather(
            *(asyncio.to_thread(server.stop) for server in self._servers.values()),
            return_exceptions=True,
        )
        (self._state.root / "demo.json").unlink(missing_ok=True)
        self._journal.note("stack_stopped")

    def _end_leftovers(self) -> None:
        count = processes.end_leftovers(self._state.run / "processes.json")
        if count:
            self._say(f"Ended {count} processes that an interrupted run had left.")

    async def _start_postgres(self) -> dict[str, DatabaseUrls]:
        given = self._settings.database_url
        if given:
            admin_url = given.get_secret_value()
        else:
            server = await asyncio.to_thread(
                providers.postgres, self._state, self._ports["postgres"], self._say
            )
            await self._run_server("postgres", server)
            admin_url = server.url
        return await preparation.prepare_databases(admin_url, self._secrets)

    async def _start_broker(self) -> Broker:
        given = self._settings.amqp_url
        if given:
            return await self._foreign_broker(given.get_secret_value())
        server = await asyncio.to_thread(
            providers.broker,
            self._state,
            self._ports["rabbitmq"],
            preparation.definitions(self._secrets),
            self._say,
        )
        await self._run_server("rabbitmq", server)
        return await self._declared(server.url)

    async def _foreign_broker(self, url: str) -> Broker:
        management = self._settings.amqp_management_url
        if await preparation.prepare_foreign_broker(url, management, self._secrets):
            return await self._declared(url)
        self._say("The broker has no management plug-in: all services share its one user.")
        await declare_topology(url)
        everyone = dict.fromkeys(preparation.broker_urls(url, self._secrets), url)
        return Broker(url, everyone, subscribers_url=url)

    async def _declared(self, url: str) -> Broker:
        admin_url = preparation.at_virtual_host(url, preparation.VIRTUAL_HOST)
        await declare_topology(admin_url)
        service_urls = preparation.broker_urls(url, self._secrets)
        subscribers = preparation.at_virtual_host(service_urls["export"], SUBSCRIBERS)
        return Broker(admin_url, service_urls, subscribers)

    async def _run_server(self, name: str, server: Server) -> None:
        self._servers[name] = server
        start = asyncio.ensure_future(asyncio.to_thread(server.start))
        self._starting.append(start)
        await asyncio.shield(start)
        self._supervisor.keep_server(name, server)
        self._journal.note("server_started", server=name)

    async def _migrate(self, installation: Installation) -> None:
        """Once per state of a service's migrations and database, all services at once."""
        known = self._state.run / "migrated.json"
        before: dict[str, str] = json.loads(known.read_text()) if known.exists() else {}
        now = {
            service: preparation.fingerprint(service, database)
            for service, database in installation.databases.items()
        }
        stale = [service for service in now if before.get(service) != now[service]]
        await asyncio.gather(
            *(
                preparation.run_command(
                    service, "migrate", environment=installation.of_owner(service)
                )
                for service in stale
            )
        )
        write_atomically(known, json.dumps(now))

    async def _seed(self, installation: Installation) -> Mapping[str, object]:
        if not self._settings.demo:
            return {}
        mark = self._state.run / "demo-seeded"
        databases = "\n".join(
            preparation.fingerprint(service, installation.databases[service])
            for service in _SEEDERS
        )
        if not mark.exists() or mark.read_text() != databases:
            for service in _SEEDERS:
                await preparation.run_command(
                    service, "seed-demo", environment=installation.of_owner(service)
                )
            write_private(mark, databases)
        return demo.collect_parts(self._state)

    async def _say_set_up_code(self, installation: Installation) -> None:
        """An installation without anybody is set up by a page, with a code that is said here."""
        if self._settings.demo:
            return
        environment = installation.of_owner("gateway")
        printed = await preparation.run_command("gateway", "set-up-code", environment=environment)
        if where := _set_up_line(printed):
            self._say(f"Nobody can sign in yet. Set up at {where}")

    async def _start_processes(self, installation: Installation) -> None:
        tasks = [self._task(process, installation) for process in self._processes]
        for task in tasks:
            variable = f"CLIENTCOMM_FAILPOINTS_{task.process.role.name}"
            failpoints = os.environ.get(variable.upper().replace("-", "_"))
            await self._supervisor.run(task, failpoints=failpoints)
        await self._wait_until_ready(tasks)

    async def _wait_until_ready(self, tasks: Sequence[Task]) -> None:
        async with asyncio.TaskGroup() as group:
            for task in tasks:
                group.create_task(self._supervisor.wait_until_ready(task, seconds=180))

    def _task(self, process: Process, installation: Installation) -> Task:
        health = f"http://127.0.0.1:{self._ports[process.name]}"
        if process.role.service == "simulator":
            health = f"http://127.0.0.1:{urlsplit(self._settings.simulator_url).port}"
        return Task(
            process=process,
            environment=installation.of_process(process.name, process.role.service),
            health_url=f"{health}/health/ready",
            log=self._state.logs / f"{process.name}.log",
        )


def _set_up_line(printed: str) -> str | None:
    """The line with the address, whatever the service logged beside it."""
    lines = (line.strip() for line in printed.splitlines())
    return next((line for line in lines if "/set-up  code " in line), None)
