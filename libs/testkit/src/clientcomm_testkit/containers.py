"""Servers in containers, where a container engine answers."""

import functools
from collections.abc import Callable

from clientcomm_testkit.run_folder import Facts

POSTGRES_IMAGE = "postgres:17"
BROKER_IMAGE = "rabbitmq:4-management"
_MANAGEMENT_PORT = 15672


@functools.cache
def engine_answers() -> bool:
    """Whether a container engine can be reached from here."""
    import docker

    try:
        client = docker.from_env(timeout=3)
    except docker.errors.DockerException:
        return False
    try:
        return bool(client.ping())
    except (docker.errors.DockerException, OSError):
        return False
    finally:
        client.close()


def postgres() -> tuple[Facts, Callable[[], None]]:
    """A PostgreSQL server in a container, and how to end it."""
    from testcontainers.postgres import PostgresContainer

    container = PostgresContainer(POSTGRES_IMAGE, driver=None).with_command(
        "postgres -c max_connections=200 -c fsync=off -c full_page_writes=off -c jit=off"
    )
    container.start()
    return {"url": str(container.get_connection_url())}, container.stop


def broker() -> tuple[Facts, Callable[[], None]]:
    """A RabbitMQ server with its management plug-in in a container, and how to end it."""
    from testcontainers.rabbitmq import RabbitMqContainer

    container = RabbitMqContainer(BROKER_IMAGE).with_exposed_ports(_MANAGEMENT_PORT)
    container.start()
    host, port = container.get_container_host_ip(), container.get_exposed_port(container.port)
    credentials = f"{container.username}:{container.password}"
    management = f"http://{host}:{container.get_exposed_port(_MANAGEMENT_PORT)}"
    return {"url": f"amqp://{credentials}@{host}:{port}/", "management": management}, container.stop
