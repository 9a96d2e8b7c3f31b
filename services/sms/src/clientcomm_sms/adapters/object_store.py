"""The object store as a directory: immutable objects under random keys."""

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from clientcomm_sms.domain.media_rules import EXTENSIONS

_KEY = re.compile(r"[a-z0-9][a-z0-9-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){1,4}")


class DirectoryStore:
    """`file:///…`; all services of an installation reach the same directory."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "file" or not parts.path:
            raise ValueError("the object store's URL must be file:///…")
        self._base = Path(unquote(parts.path))

    def put(self, content: bytes, *, content_type: str) -> str:
        """Write, fsync, and only then give it its name."""
        name = uuid4().hex
        extension = EXTENSIONS.get(content_type, "bin")
        key = f"inbound/{name[:2]}/{name}.{extension}"
        path = self._base / key
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".part")
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        return key

    def path_of(self, key: str) -> Path | None:
        """The file of an object; None if there is none, or the key is odd."""
        if not _KEY.fullmatch(key) or ".." in key:
            return None
        path = self._base / key
        return path if path.is_file() else None
