"""Whether sms may send: not while its database may be an older copy of itself."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Server:
    """What tells one PostgreSQL server's history from another's."""

    system_identifier: int
    timeline: int


@dataclass(frozen=True, slots=True)
class Gate:
    """Open or closed, since when and why, and the server that it was set on.

    `compared_at`: when what waited was compared with the carrier's list since it closed.
    """

    is_open: bool
    reason: str
    server: Server
    changed_at: datetime
    compared_at: datetime | None = None

    def compared(self, at: datetime) -> "Gate":
        """The same gate after the comparison."""
        return replace(self, compared_at=at)


def should_close(gate: Gate, server: Server) -> bool:
    """A restored or promoted database is another server, or another timeline of the same."""
    return gate.is_open and gate.server != server
