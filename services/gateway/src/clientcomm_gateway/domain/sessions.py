"""When a session ends by itself (rule 1.4): after idle minutes, and after a working day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session may rest, and live."""

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in."""

    id: UUID
    staff_id: UUID
    token_hash: bytes
    began_at: datetime
    last_seen_at: datetime
    address: str
    agent: str

    def is_over(self, now: datetime, limits: SessionLimits) -> bool:
        """Whether it has ended by itself."""
        return now >= self.last_seen_at + limits.idle or now >= self.began_at + limits.longest


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request comes from; `device` is the secret of a browser that was here before."""

    address: str
    agent: str = ""
    device: str | None = None
