"""Sends what waits in the mail outbox, for as long as the process runs."""

import asyncio

import structlog

from clientcomm_chassis.components import OneTask
from clientcomm_contracts.faults import Unavailable
from clientcomm_gateway.application.send_mail import SendMail
from clientcomm_gateway.domain.mail import PostAway

log = structlog.get_logger()

_LOOK_EVERY = 1.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0


class Mailer(OneTask):
    """Any number of processes may run one; a lease keeps two from sending the same e-mail."""

    def __init__(
        self, send_mail: SendMail, *, look_every: float = _LOOK_EVERY, pause: float = _LONGEST_PAUSE
    ) -> None:
        super().__init__("mailer")
        self._send_mail = send_mail
        self._look_every = look_every
        self._longest_pause = pause
        self._pause = _SHORTEST_PAUSE

    def is_ready(self) -> bool:
        """Always: a mail server that is away stops nobody's work with clients."""
        return True

    async def _run(self) -> None:
        while True:
            try:
                had_one = await self._send_mail()
                self._pause = _SHORTEST_PAUSE
            except PostAway as fault:
                log.warning("mail_server_away", reason=str(fault))
                await self._wait()
            except Unavailable as fault:
                log.warning("mailer_waits", reason=str(fault))
                await self._wait()
            except Exception:  # the boundary of the loop: the mailer outlives any fault
                log.exception("mailer_failed")
                await self._wait()
            else:
                await asyncio.sleep(0 if had_one else self._look_every)

    async def _wait(self) -> None:
        await asyncio.sleep(min(self._pause, self._longest_pause))
        self._pause = min(self._pause * 2, self._longest_pause)
