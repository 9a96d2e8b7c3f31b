"""Who may do what: the broker users and the database roles of the services."""

from collections.abc import Mapping

from clientcomm_contracts import topology
from clientcomm_local.definitions import Definitions, Grant, TopicGrant, User, VirtualHost

SUBSCRIBERS = "subscribers"
"""The virtual host of outside systems' queues; export alone declares in it (architecture §3)."""


def service_access(
    virtual_host: str, passwords: Mapping[str, str], *, prefix: str = "clientcomm"
) -> Definitions:
    """A broker user per service that may only do what its part of the topology says."""
    users = {service: broker_user(service, prefix) for service in topology.SERVICES}
    return Definitions(
        users=[User(users[service], passwords[service]) for service in users],
        virtual_hosts=[VirtualHost(virtual_host)],
        grants=[
            Grant(user, virtual_host, allowed.configure, allowed.write, allowed.read)
            for service, user in users.items()
            for allowed in [topology.permissions(service)]
        ],
        topic_grants=[
            TopicGrant(user, virtual_host, exchange, allowed.write, allowed.read)
            for service, user in users.items()
            for exchange, allowed in topology.topic_permissions(service).items()
        ],
    )


def subscriber_access(virtual_host: str, password: str) -> Definitions:
    """The virtual host of subscribers, where export may have queues named `subscriber.*`."""
    user = broker_user("export", "clientcomm")
    own = r"^subscriber\..*$"
    return Definitions(
        users=[User(user, password)],
        virtual_hosts=[VirtualHost(virtual_host)],
        grants=[Grant(user, virtual_host, own, rf"{own}|^amq\.default$", own)],
    )


def broker_user(service: str, prefix: str) -> str:
    """The name of a service's broker user."""
    return f"{prefix}-{service}"


def owner_role(service: str, prefix: str) -> str:
    """The role that owns a service's tables and migrates them."""
    return f"{runtime_role(service, prefix)}_owner"


def runtime_role(service: str, prefix: str) -> str:
    """The role of a running service: it reads and writes rows and changes no table."""
    return f"{prefix}_{service}"
