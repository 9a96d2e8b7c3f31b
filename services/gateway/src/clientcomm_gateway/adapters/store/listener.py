"""Hears from other gateway processes whose sessions, tokens or rights changed."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import psycopg
import structlog
from sqlalchemy import make_url

from clientcomm_chassis.components import OneTask
from clientcomm_gateway.adapters.store.notices import CHANNEL

log = structlog.get_logger()

_AGAIN_AFTER = 1.0


class PeopleListener(OneTask):
    """A LISTEN on a connection of its own; tells also when it may have missed something."""

    def __init__(
        self,
        database_url: str,
        *,
        on_person: Callable[[UUID], None],
        on_listening: Callable[[bool], None],
    ) -> None:
        super().__init__("people listener")
        plain = make_url(database_url).set(drivername="postgresql")
        self._url = plain.render_as_string(hide_password=False)
        self._on_person = on_person
        self._on_listening = on_listening

    async def _run(self) -> None:
        while True:
            with suppress(psycopg.Error, OSError):
                await self._listen()
            await asyncio.sleep(_AGAIN_AFTER)

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(
            self._url,
            autocommit=True,
            connect_timeout=2,
            application_name=self.name,
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=3,
        )
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}".encode())
            self._on_listening(True)
            try:
                async for notice in connection.notifies():
                    self._on_person(UUID(notice.payload))
            finally:
                self._on_listening(False)
                log.warning("people_listener_lost")
