"""Fresh virtual hosts for tests, with the users that the services have in production."""

import hashlib
import itertools
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from clientcomm_contracts import topology
from clientcomm_local.access import broker_user, service_access
from clientcomm_local.account import account_for
from clientcomm_local.broker import PrivateBroker, open_console
from clientcomm_local.management import Management
from clientcomm_testkit.run_folder import Facts

_PREFIX = "clientcomm-test"
_numbers = itertools.count(1)


class BrokerAdministration(Protocol):
    """What tests ask of a broker beside AMQP."""

    def load(self, definitions_json: str) -> None: ...
    def queue_depths(self, virtual_host: str) -> dict[str, int]: ...
    def delete_virtual_host(self, name: str) -> None: ...
    def close_connections(self, virtual_host: str) -> int: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class VirtualHost:
    """One virtual host, and how its administrator and each service reach it."""

    name: str
    admin_url: str
    administration: BrokerAdministration
    passwords: dict[str, str] = field(repr=False)

    def url_of(self, service: str) -> str:
        """The address for a service's own user, with the rights of the topology."""
        user = broker_user(service, _PREFIX)
        return _at(self.admin_url, self.name, user=user, password=self.passwords[service])

    def queue_depths(self) -> dict[str, int]:
        """Messages in each queue, waiting and unacknowledged together."""
        return self.administration.queue_depths(self.name)

    def close_connections(self) -> int:
        """Cut every connection to it, as a failing network would; how many."""
        return self.administration.close_connections(self.name)


class BrokerServer:
    """A running broker of which virtual hosts can be had."""

    def __init__(self, url: str, administration: BrokerAdministration) -> None:
        self.admin_url = url
        self._administration = administration
        # One password per run: users belong to the server, not to a virtual host.
        self._passwords = dict.fromkeys(topology.SERVICES, _password_for(url))

    @classmethod
    def reached_by(cls, facts: Facts) -> "BrokerServer":
        """From what the keeper of the server left."""
        return cls(facts["url"], _administration(facts))

    @classmethod
    def of(cls, server: PrivateBroker) -> "BrokerServer":
        """For a broker of one's own."""
        return cls(server.url, server.console())

    def new_virtual_host(self) -> VirtualHost:
        """A fresh and empty virtual host in which every service has its user and rights."""
        name = f"test-{os.getpid()}-{next(_numbers)}-{secrets.token_hex(3)}"
        access = service_access(name, self._passwords, prefix=_PREFIX)
        administrator = unquote(urlsplit(self.admin_url).username or "guest")
        everything = access.including(users=[], virtual_hosts=[], owner=administrator)
        self._administration.load(everything.as_json())
        return VirtualHost(name, _at(self.admin_url, name), self._administration, self._passwords)

    def remove(self, host: VirtualHost) -> None:
        """Remove a virtual host with its queues."""
        self._administration.delete_virtual_host(host.name)

    def close(self) -> None:
        """End what was started to look into the broker."""
        self._administration.close()


def _administration(facts: Facts) -> BrokerAdministration:
    if "home" in facts:
        return open_console(Path(facts["home"]), account=account_for("rabbitmq"))
    address = facts.get("management") or os.environ.get("CLIENTCOMM_AMQP_MANAGEMENT_URL")
    if address is None:
        return Management.beside(facts["url"])
    parts = urlsplit(facts["url"])
    return Management(
        address, user=unquote(parts.username or ""), password=unquote(parts.password or "")
    )


def _password_for(url: str) -> str:
    """The same in all workers of a run, and of no use elsewhere."""
    return hashlib.sha256(f"test users of {url}".encode()).hexdigest()[:24]


def _at(url: str, virtual_host: str, *, user: str = "", password: str = "") -> str:
    parts = urlsplit(url)
    credentials, at, host = parts.netloc.rpartition("@")
    if user:
        credentials, at = f"{quote(user)}:{quote(password)}", "@"
    return urlunsplit(
        parts._replace(netloc=f"{credentials}{at}{host}", path=f"/{quote(virtual_host, safe='')}")
    )
