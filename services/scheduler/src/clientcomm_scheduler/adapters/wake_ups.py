"""Hears from the database that something new waits; only a hint, a poll stands behind it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import psycopg

from clientcomm_persistence.urls import for_psycopg
from clientcomm_scheduler.adapters.statements import CHANNEL

_AGAIN_AFTER = 1.0


async def listen(url: str, wake: Callable[[], None]) -> None:
    """Call `wake` at each notice, and whenever a lost connection stands again; never returns."""
    while True:
        with suppress(psycopg.Error, OSError):
            connection = await psycopg.AsyncConnection.connect(
                for_psycopg(url),
                autocommit=True,
                connect_timeout=2,
                application_name="scheduler listener",
            )
            async with connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                wake()
                async for _ in connection.notifies():
                    wake()
        await asyncio.sleep(_AGAIN_AFTER)
