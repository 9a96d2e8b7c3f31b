"""Drops the databases of finished tests in the background, so that no test waits for another's.

PostgreSQL drops a database only when every session of the server has taken note; one that another
test holds frozen, or that never finishes to sign in, can delay that by a minute.
"""

import contextlib
import functools
import queue
import threading

import psycopg

from clientcomm_local.databases import drop_database


class Dropper:
    """One thread that drops databases one after the other."""

    def __init__(self, admin_url: str) -> None:
        self._admin_url = admin_url
        self._names: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._run, name="dropper", daemon=True).start()

    def drop(self, name: str) -> None:
        """Let a database be dropped soon."""
        self._names.put(name)

    def wait(self, *, seconds: float) -> bool:
        """Wait until all is dropped; whether it is."""
        with self._names.all_tasks_done:
            return self._names.all_tasks_done.wait_for(self._is_idle, timeout=seconds)

    def _is_idle(self) -> bool:
        return self._names.unfinished_tasks == 0

    def _run(self) -> None:
        while True:
            name = self._names.get()
            with contextlib.suppress(psycopg.Error):  # the server may be gone with all its data
                drop_database(self._admin_url, name)
            self._names.task_done()


@functools.cache
def dropper_of(admin_url: str) -> Dropper:
    """The one of this process for a server."""
    return Dropper(admin_url)
