"""How many statements a deed takes: what does not depend on who else uses the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Executable, Result

from clientcomm_persistence import Transaction

SLOW_MACHINE = 15
"""Times are for an idle machine; tests run beside others, and only see what is far off."""


@contextmanager
def counted() -> Iterator[list[str]]:
    """Statements of all transactions meanwhile, what is told after their commits left out."""
    said: list[str] = []
    execute = Transaction.execute

    async def noting(
        self: Transaction, statement: Executable, parameters: Any = None
    ) -> Result[Any]:
        said.append(str(statement))
        return await execute(self, statement, parameters)

    with patch.object(Transaction, "execute", noting):
        yield said
