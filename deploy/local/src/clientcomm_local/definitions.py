"""Users, virtual hosts and permissions of a broker, in the form that RabbitMQ loads."""

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class User:
    """A broker user; the password is written as a salted digest only."""

    name: str
    password: str
    is_administrator: bool = False

    def as_entry(self) -> dict[str, object]:
        salt = secrets.token_bytes(4)
        digest = hashlib.sha256(salt + self.password.encode()).digest()
        return {
            "name": self.name,
            "password_hash": base64.b64encode(salt + digest).decode(),
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": ["administrator"] if self.is_administrator else [],
        }


@dataclass(frozen=True, slots=True)
class VirtualHost:
    """A separate space of exchanges and queues."""

    name: str

    def as_entry(self) -> dict[str, object]:
        return {"name": self.name}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a user may configure, write and read in a virtual host, as regular expressions."""

    user: str
    virtual_host: str
    configure: str
    write: str
    read: str

    def as_entry(self) -> dict[str, object]:
        return {
            "user": self.user,
            "vhost": self.virtual_host,
            "configure": self.configure,
            "write": self.write,
            "read": self.read,
        }


@dataclass(frozen=True, slots=True)
class TopicGrant:
    """Which routing keys a user may write to, and bind from, a topic exchange."""

    user: str
    virtual_host: str
    exchange: str
    write: str
    read: str

    def as_entry(self) -> dict[str, object]:
        return {
            "user": self.user,
            "vhost": self.virtual_host,
            "exchange": self.exchange,
            "write": self.write,
            "read": self.read,
        }


@dataclass(frozen=True, slots=True)
class Definitions:
    """Everything that a broker is told before the first service connects."""

    users: Sequence[User] = ()
    virtual_hosts: Sequence[VirtualHost] = ()
    grants: Sequence[Grant] = ()
    topic_grants: Sequence[TopicGrant] = ()

    def including(
        self, *, users: Sequence[User], virtual_hosts: Sequence[VirtualHost], owner: str
    ) -> "Definitions":
        """The same with more users and hosts, and one owner who may do everything everywhere."""
        hosts = [*self.virtual_hosts, *virtual_hosts]
        everything = [Grant(owner, host.name, ".*", ".*", ".*") for host in hosts]
        return replace(
            self,
            users=[*self.users, *users],
            virtual_hosts=hosts,
            grants=[*self.grants, *everything],
        )

    def as_json(self) -> str:
        return json.dumps(
            {
                "users": [user.as_entry() for user in self.users],
                "vhosts": [host.as_entry() for host in self.virtual_hosts],
                "permissions": [grant.as_entry() for grant in self.grants],
                "topic_permissions": [grant.as_entry() for grant in self.topic_grants],
            }
        )
