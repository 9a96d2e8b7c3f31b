"""Single statements, each committed by itself; one that met a dead connection is tried again."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Executable, Row

from clientcomm_persistence import Database, Transaction


async def first_row(database: Database, statement: Executable) -> Row[Any] | None:
    """The first row, if any."""

    async def work(transaction: Transaction) -> Row[Any] | None:
        return (await transaction.execute(statement)).first()

    return await database.read(work)


async def all_rows(database: Database, statement: Executable) -> Sequence[Row[Any]]:
    """All rows."""

    async def work(transaction: Transaction) -> Sequence[Row[Any]]:
        return (await transaction.execute(statement)).all()

    return await database.run(work)


async def change(
    database: Database, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None
) -> None:
    """Write."""

    async def work(transaction: Transaction) -> None:
        await transaction.execute(statement, rows)

    await database.run(work)
