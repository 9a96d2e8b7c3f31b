"""Sms on a real database with a carrier that the test holds: one step at a time."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import orjson
from services.sms.tests.factories import NOON, a_department
from services.sms.tests.fakes import FakeCarrier, HandClock
from sqlalchemy import text

from clientcomm_contracts.sms import OutgoingText, SendTextsV1
from clientcomm_persistence import Database
from clientcomm_sms.adapters.block_list import BlockListTable
from clientcomm_sms.adapters.cursors import CursorTable, FoundTexts
from clientcomm_sms.adapters.directory import DirectoryTables
from clientcomm_sms.adapters.gate_table import GateRow
from clientcomm_sms.adapters.inbound_tables import InboundTables
from clientcomm_sms.adapters.moves import Moves
from clientcomm_sms.adapters.open_texts import OpenTexts
from clientcomm_sms.adapters.receipt_log import ReceiptTable
from clientcomm_sms.adapters.restored_queue import RestoredQueue
from clientcomm_sms.adapters.send_queue import SendQueueClaims
from clientcomm_sms.adapters.webhooks.processing import ProcessRequests
from clientcomm_sms.adapters.webhooks.request_table import RequestTable
from clientcomm_sms.adapters.withdrawals import WithdrawalTables
from clientcomm_sms.application.accept_texts import AcceptTexts
from clientcomm_sms.application.ask_carrier import AskCarrier
from clientcomm_sms.application.change_opt_out import ChangeOptOut
from clientcomm_sms.application.claim_texts import Claim, ClaimTexts
from clientcomm_sms.application.compare_after_restore import CompareAfterRestore
from clientcomm_sms.application.keep_gate import KeepGate
from clientcomm_sms.application.list_carrier import ListCarrier
from clientcomm_sms.application.receive_call import ReceiveCalls
from clientcomm_sms.application.receive_texts import ReceiveTexts
from clientcomm_sms.application.record_receipts import RecordReceipts
from clientcomm_sms.application.record_results import RecordResults
from clientcomm_sms.application.set_opt_out import SetOptOut
from clientcomm_sms.application.watch_queue import WatchQueue
from clientcomm_sms.application.withdraw_texts import WithdrawTexts
from clientcomm_sms.domain.carrier import Outcome
from clientcomm_sms.domain.inbound import Media, Received
from clientcomm_sms.domain.receipts import Receipt
from clientcomm_sms.domain.texts import Attempt


@dataclass
class Sms:
    """The use cases on one database."""

    database: Database
    clock: HandClock = field(default_factory=lambda: HandClock(NOON))
    carrier: FakeCarrier = field(default_factory=FakeCarrier)

    def __post_init__(self) -> None:
        states, block_list, directory = Moves(), BlockListTable(), DirectoryTables()
        queue, clock = SendQueueClaims(), self.clock
        self.states, self.queue, self.directory = states, queue, directory
        self.block_list = block_list
        self.change = ChangeOptOut(block_list, states, clock)
        self.accept_texts = AcceptTexts(queue, states, clock, wake=lambda: None)
        self.withdraw_texts = WithdrawTexts(WithdrawalTables(), states, clock)
        self.claim_texts = ClaimTexts(queue, states, clock)
        self.record_results = RecordResults(ReceiptTable(), states, self.change, clock)
        self.record_receipts = RecordReceipts(ReceiptTable(), states, self.change, clock)
        self.receive_texts = ReceiveTexts(
            InboundTables(), directory, block_list, self.change, clock
        )
        self.set_opt_out = SetOptOut(self.change)
        self.watch_queue = WatchQueue(states, clock)
        self.gate = KeepGate(GateRow(), clock)
        log, open_texts, database = ReceiptTable(), OpenTexts(), self.database
        self.open_texts = open_texts
        self.ask_carrier = AskCarrier(
            database, self.carrier, clock, texts=open_texts, states=states, log=log
        )
        self.requests = RequestTable()
        self.list_carrier = ListCarrier(
            database,
            self.carrier,
            clock,
            cursors=CursorTable(),
            missing=FoundTexts(self.requests),
            strays=open_texts,
        )
        self.compare = CompareAfterRestore(
            database,
            self.carrier,
            clock,
            gate=self.gate,
            waiting=RestoredQueue(),
            states=states,
            log=log,
            lists=CursorTable(),
        )
        self.processing = ProcessRequests(
            database,
            self.requests,
            texts=self.receive_texts,
            calls=ReceiveCalls(InboundTables(), directory, clock),
            receipts=self.record_receipts,
        )

    async def begin(self, *, rate: float = 1000.0) -> None:
        """Open the gate and know the department."""
        await self.database.run(self.gate.check)
        await self.database.run(
            lambda tx: self.directory.learn_departments(tx, [a_department(rate=rate)])
        )

    async def accept(self, *texts: OutgoingText) -> None:
        command = SendTextsV1(items=texts)
        await self.database.run(lambda tx: self.accept_texts(tx, [command]))

    async def claim(self, most: int = 100) -> Claim:
        return await self.database.run(lambda tx: self.claim_texts(tx, most))

    async def record(self, *results: tuple[Attempt, Outcome]) -> None:
        await self.database.run(lambda tx: self.record_results(tx, results))

    async def send(self) -> list[Attempt]:
        """One claim, its calls, and their results."""
        attempts = (await self.claim()).attempts
        if attempts:
            await self.record(*[(a, self.carrier.submit(a)) for a in attempts])
        return attempts

    async def receipts(self, *receipts: Receipt) -> None:
        await self.database.run(lambda tx: self.record_receipts(tx, receipts))

    async def receive(self, *texts: Received) -> None:
        await self.database.run(lambda tx: self.receive_texts(tx, texts))

    async def watch(self) -> None:
        await self.database.run(self.watch_queue)

    async def ask(self, **later: float) -> None:
        """One round of questions, after so much time."""
        self.clock.move(**later)
        while await self.ask_carrier():
            pass

    async def row(self, message_id: UUID) -> Any:
        async with self.database.transaction() as tx:
            result = await tx.execute(
                text("SELECT * FROM outgoing_text WHERE message_id = :id"), {"id": message_id}
            )
            return result.one()

    async def state(self, message_id: UUID) -> str:
        return str((await self.row(message_id)).state)

    async def told(self, name: str) -> list[dict[str, Any]]:
        """Bodies of what stands in the outbox under this name, in order."""
        async with self.database.transaction() as tx:
            result = await tx.execute(
                text("SELECT body FROM outbox WHERE name = :name ORDER BY position"),
                {"name": name},
            )
            return [orjson.loads(body) for body in result.scalars()]

    async def reports(self, message_id: UUID) -> list[tuple[str, int]]:
        """States and versions that were told of one text, in order."""
        return [
            (item["state"], item["version"])
            for report in await self.told("sms.message.reported.v1")
            for item in report["items"]
            if item["message_id"] == str(message_id)
        ]

    async def execute(self, statement: str, **parameters: object) -> Any:
        async with self.database.transaction() as tx:
            return await tx.execute(text(statement), parameters)


def a_receipt(
    attempt: Attempt | None,
    status: str,
    *,
    sid: str,
    error_code: str | None = None,
) -> Receipt:
    token = None if attempt is None else attempt.token
    return Receipt(sid, status, token, error_code, NOON, b"raw")


def a_received(
    body: str, *, number_from: str, number_to: str, media: tuple[Media, ...] = (), sid: str = ""
) -> Received:
    return Received(
        sid=sid or f"SM{uuid4().hex}",
        number_from=number_from,
        number_to=number_to,
        body=body,
        received_at=NOON,
        opt_out_type=None,
        media=media,
    )
