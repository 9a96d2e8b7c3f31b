"""Answer how the hand-over to the carrier is doing, and open the gate (rule 6.8)."""

from typing import Protocol

from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import (
    GetOperations,
    NumberHealth,
    OpenGate,
    OpenGateReply,
    OperationsReply,
)
from clientcomm_persistence import Database, Transaction
from clientcomm_sms.application.keep_gate import KeepGate


class Figures(Protocol):
    """Figures of the queue."""

    async def numbers(self, tx: Transaction) -> list[NumberHealth]: ...


class Strays(Protocol):
    """Texts that nobody explains."""

    async def unexplained(self, tx: Transaction) -> int: ...


class Staff(Protocol):
    """Who asks."""

    async def is_administrator(self, tx: Transaction, asker: Asker) -> bool: ...
    async def oversees(self, tx: Transaction, asker: Asker) -> bool: ...


class Operations:
    """For administrators; supervisors may look."""

    def __init__(
        self, database: Database, gate: KeepGate, *, figures: Figures, strays: Strays, staff: Staff
    ) -> None:
        self._database = database
        self._gate = gate
        self._figures = figures
        self._strays = strays
        self._staff = staff

    async def show(self, request: GetOperations) -> OperationsReply:
        """State of every number. Raises Refused."""

        async def work(tx: Transaction) -> OperationsReply:
            if not await self._staff.oversees(tx, request.asker):
                raise _not_allowed()
            gate = await self._gate.read(tx)
            return OperationsReply(
                gate_is_open=gate is not None and gate.is_open,
                numbers=tuple(await self._figures.numbers(tx)),
                unexplained=await self._strays.unexplained(tx),
            )

        return await self._database.run(work)

    async def open_gate(self, request: OpenGate) -> OpenGateReply:
        """Send again after a restore. Raises Refused."""

        async def work(tx: Transaction) -> OpenGateReply:
            if not await self._staff.is_administrator(tx, request.asker):
                raise _not_allowed()
            gate = await self._gate.read(tx)
            if gate is not None and not gate.is_open and gate.compared_at is None:
                raise Refused(
                    "comparison_not_finished",
                    "What waits is still being compared with the carrier's list. "
                    "Try again in a minute.",
                    kind="conflict",
                )
            await self._gate.open(tx)
            return OpenGateReply()

        return await self._database.run(work)


def _not_allowed() -> Refused:
    return Refused("not_allowed", "Only administrators can do this.", kind="not_allowed")
