"""Bytes of attachments, one file each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clientcomm_simulator.domain.identifiers import is_sid
from clientcomm_simulator.domain.messages import Media


@dataclass(frozen=True, slots=True)
class MediaFiles:
    """Implements application.ports.MediaShelf in a directory."""

    directory: Path

    def put(self, media: Media, content: bytes) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self._path(media.sid).write_bytes(content)

    def read(self, sid: str) -> bytes:
        return self._path(sid).read_bytes()

    def drop(self, sid: str) -> None:
        self._path(sid).unlink(missing_ok=True)

    def _path(self, sid: str) -> Path:
        if not is_sid(sid, "ME"):
            raise ValueError("not the sid of an attachment")
        return self.directory / sid
