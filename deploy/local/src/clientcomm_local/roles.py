"""Which processes make up the stack: one role each, every role as often as wanted."""

from collections.abc import Mapping
from dataclasses import dataclass

from clientcomm_local.settings import replicas

SIMULATOR = "simulator"


@dataclass(frozen=True, slots=True)
class Role:
    """One kind of process: a service and the command that runs it."""

    name: str
    service: str
    command: str

    @property
    def module(self) -> str:
        return f"clientcomm_{self.service}"


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a role, by a name that stays the same over restarts."""

    name: str
    role: Role


ROLES = (
    Role("gateway", "gateway", "serve"),
    Role("conversations", "conversations", "serve"),
    Role("scheduler", "scheduler", "serve"),
    Role("export", "export", "serve"),
    Role("sms-webhooks", "sms", "webhooks"),
    Role("sms-sender", "sms", "sender"),
    Role(SIMULATOR, SIMULATOR, "serve"),
)


def processes(environment: Mapping[str, str]) -> list[Process]:
    """Every process to run, such as `gateway-1`, `sms-sender-1` and `sms-sender-2`."""
    return [
        Process(f"{role.name}-{number}", role)
        for role in ROLES
        for number in range(1, _count(environment, role) + 1)
    ]


def _count(environment: Mapping[str, str], role: Role) -> int:
    # What it holds in memory, it holds alone: a second simulator would be another carrier, and
    # would write its own entries into the same ledger file.
    return 1 if role.name == SIMULATOR else replicas(environment, role.name)
