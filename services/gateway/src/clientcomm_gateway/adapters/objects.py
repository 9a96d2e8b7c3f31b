"""Reads attachments out of the object store, a directory named by a file URL."""

import asyncio
from pathlib import Path
from urllib.parse import unquote, urlsplit

from clientcomm_contracts.faults import Unavailable


class FolderObjects:
    """Objects under random keys in a folder."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "file":
            raise ValueError("the object store must be a file URL")
        self._folder = Path(unquote(parts.path)).resolve()

    async def read(self, key: str) -> bytes | None:
        """The bytes under a key, or None if there are none. Raises Unavailable."""
        path = (self._folder / key).resolve()
        if not path.is_relative_to(self._folder):
            return None
        try:
            return await asyncio.to_thread(path.read_bytes)
        except (FileNotFoundError, IsADirectoryError):
            return None
        except OSError as error:
            raise Unavailable("object store: not readable") from error
