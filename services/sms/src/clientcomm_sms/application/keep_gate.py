"""The gate in front of the carrier: closed when this may be another past (architecture §5)."""

from typing import Protocol

from clientcomm_chassis import Clock
from clientcomm_persistence import Transaction
from clientcomm_sms.domain.gate import Gate, Server, should_close


class GateTable(Protocol):
    """The one row of the gate, and the server that it stands on."""

    async def read(self, tx: Transaction) -> Gate | None: ...
    async def write(self, tx: Transaction, gate: Gate) -> None: ...
    async def server(self, tx: Transaction) -> Server: ...


class KeepGate:
    """Looks at the server, and closes or opens the gate."""

    def __init__(self, table: GateTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    async def check(self, tx: Transaction) -> Gate:
        """At the start of a process: close it if the database server is not the one we knew."""
        server = await self._table.server(tx)
        gate = await self._table.read(tx)
        if gate is None:
            return await self._write(tx, is_open=True, reason="first_start", server=server)
        if should_close(gate, server):
            return await self._write(tx, is_open=False, reason="another_server", server=server)
        return gate

    async def read(self, tx: Transaction) -> Gate | None:
        """The gate as it stands."""
        return await self._table.read(tx)

    async def close(self, tx: Transaction, *, reason: str) -> Gate:
        """Send nothing until it is opened; the comparison with the carrier begins."""
        server = await self._table.server(tx)
        return await self._write(tx, is_open=False, reason=reason, server=server)

    async def open(self, tx: Transaction) -> Gate:
        """Send again."""
        server = await self._table.server(tx)
        return await self._write(tx, is_open=True, reason="opened", server=server)

    async def compared(self, tx: Transaction, gate: Gate) -> None:
        """What waited was compared with the carrier's list."""
        await self._table.write(tx, gate.compared(self._clock.now()))

    async def _write(self, tx: Transaction, *, is_open: bool, reason: str, server: Server) -> Gate:
        gate = Gate(is_open=is_open, reason=reason, server=server, changed_at=self._clock.now())
        await self._table.write(tx, gate)
        return gate
