"""The one thing that a query needs of a transaction."""

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import Executable, Result


class Executes(Protocol):
    """A transaction, or anything else that runs statements."""

    async def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Result[Any]:
        """Run one statement."""
        ...
