"""Forgets sessions, attempts, devices, links and e-mails that no rule needs any more."""

import asyncio
from datetime import timedelta

import structlog
from sqlalchemy import delete

from clientcomm_chassis.components import OneTask
from clientcomm_contracts.faults import Unavailable
from clientcomm_gateway.adapters.store.tables import (
    known_device,
    mail,
    one_time_link,
    session,
    sign_in_attempt,
)
from clientcomm_gateway.application.ports import Clock
from clientcomm_persistence import Database

log = structlog.get_logger()

_EVERY = 3600.0
_KEPT = (
    (session, session.c.last_seen_at, timedelta(days=30)),
    (sign_in_attempt, sign_in_attempt.c.last_at, timedelta(days=1)),
    (known_device, known_device.c.last_at, timedelta(days=400)),
    (one_time_link, one_time_link.c.expires_at, timedelta(days=30)),
    # Longer than a notice may come a second time.
    (mail, mail.c.created_at, timedelta(days=90)),
)


class SignInRetention(OneTask):
    """Once an hour; doing it in two processes does no harm."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__("sign-in retention")
        self._database = database
        self._clock = clock

    def is_ready(self) -> bool:
        """Always: being late with forgetting stops nobody's work."""
        return True

    async def forget(self) -> None:
        """Delete all that is due."""
        now = self._clock.now()
        async with self._database.transaction() as transaction:
            for table, since, kept in _KEPT:
                await transaction.execute(delete(table).where(since < now - kept))

    async def _run(self) -> None:
        while True:
            try:
                await self.forget()
            except Unavailable:
                log.warning("sign_in_retention_waits")
            await asyncio.sleep(_EVERY)
