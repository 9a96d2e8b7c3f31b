"""The supervisor's own log: one JSON line per thing that happened to the stack."""

import json
from datetime import UTC, datetime
from pathlib import Path


class Journal:
    """Appends to the stack's log; ids, counts and names of processes only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, event: str, **facts: str | float) -> None:
        """Append one line."""
        line = {"timestamp": datetime.now(UTC).isoformat(), "event": event, **facts}
        with self._path.open("a") as log:
            log.write(json.dumps(line) + "\n")
