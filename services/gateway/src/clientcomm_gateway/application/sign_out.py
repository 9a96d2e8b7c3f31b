"""End sessions: this one, another one, or all the others (rule 1.4)."""

from dataclasses import dataclass
from uuid import UUID

from clientcomm_gateway.application.ports import Audit, Clock, Sessions
from clientcomm_gateway.domain.audit import AuditEntry, Deed
from clientcomm_gateway.domain.sessions import Session


@dataclass(frozen=True, slots=True)
class SignOut:
    """Ends sessions of one member of staff."""

    sessions: Sessions
    audit: Audit
    clock: Clock

    async def this(self, session: Session, address: str) -> None:
        """Sign out."""
        await self.sessions.end(session.id, staff_id=session.staff_id, now=self.clock.now())
        await self.audit.record(AuditEntry(Deed.SIGNED_OUT, session.staff_id, address))

    async def one(self, session: Session, other: UUID, address: str) -> None:
        """End one of one's own sessions; what is not one's own is left alone."""
        ended = await self.sessions.end(other, staff_id=session.staff_id, now=self.clock.now())
        if ended:
            await self._note(session, (other,), address)

    async def others(self, session: Session, address: str) -> None:
        """End all of one's own sessions but this."""
        ended = await self.sessions.end_all(session.staff_id, now=self.clock.now(), but=session.id)
        await self._note(session, tuple(ended), address)

    async def _note(self, session: Session, ended: tuple[UUID, ...], address: str) -> None:
        entry = AuditEntry(Deed.SESSIONS_ENDED, session.staff_id, address, ended)
        await self.audit.record(entry)
