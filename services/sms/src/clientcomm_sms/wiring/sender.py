"""The role that works the send queue."""

from collections.abc import Sequence

from clientcomm_bus import BatchConsumer, DeadLetterConsumer, RequestServer
from clientcomm_chassis import Component
from clientcomm_contracts.conversations.events import (
    ClientChangedV1,
    ConversationChangedV1,
    DepartmentChangedV1,
    StaffChangedV1,
)
from clientcomm_contracts.sms import (
    GetOperations,
    OpenGate,
    SendTextsV1,
    SetOptOutV1,
    WithdrawTextsV1,
)
from clientcomm_contracts.topology import request_queue
from clientcomm_persistence import (
    InboxProcessor,
    ParkingTable,
    Retention,
)
from clientcomm_sms.adapters.cursors import CursorTable, FoundTexts
from clientcomm_sms.adapters.figures import QueueFigures, StaffRights
from clientcomm_sms.adapters.hand_over import HandOver
from clientcomm_sms.adapters.open_texts import OpenTexts
from clientcomm_sms.adapters.receipt_log import ReceiptTable
from clientcomm_sms.adapters.restored_queue import RestoredQueue
from clientcomm_sms.adapters.rounds import Rounds
from clientcomm_sms.adapters.sender import Sender
from clientcomm_sms.adapters.webhooks.request_table import RequestTable
from clientcomm_sms.adapters.withdrawals import FORGOTTEN, WithdrawalTables
from clientcomm_sms.application.accept_texts import AcceptTexts
from clientcomm_sms.application.ask_carrier import AskCarrier
from clientcomm_sms.application.claim_texts import ClaimTexts
from clientcomm_sms.application.compare_after_restore import CompareAfterRestore
from clientcomm_sms.application.list_carrier import ListCarrier
from clientcomm_sms.application.record_results import RecordResults
from clientcomm_sms.application.set_opt_out import SetOptOut
from clientcomm_sms.application.show_operations import Operations
from clientcomm_sms.application.watch_queue import WatchQueue
from clientcomm_sms.application.withdraw_texts import WithdrawTexts
from clientcomm_sms.domain.carrier import Carrier
from clientcomm_sms.wiring.foundation import SERVICE, Foundation


def sender_parts(base: Foundation, carrier: Carrier) -> list[Component]:
    """Bus consumers, claims and calls, what becomes due, relay."""
    sender = Sender(
        base.database,
        ClaimTexts(base.queue, base.states, base.clock),
        RecordResults(ReceiptTable(), base.states, base.opt_outs, base.clock),
        HandOver(carrier, threads=base.settings.carrier_threads),
    )
    watch = WatchQueue(base.states, base.clock)

    async def watch_round() -> bool:
        if await base.database.run(watch):
            sender.wake()
        return False

    return [
        Gatekeeper(base, carrier),
        *consumers(base, sender),
        sender,
        Rounds("watch", watch_round, every=1.0),
        *questions(base, carrier),
        requests(base),
        Retention(base.database, further=FORGOTTEN),
    ]


def questions(base: Foundation, carrier: Carrier) -> Sequence[Component]:
    """What the carrier is asked about in the background."""
    ask = AskCarrier(
        base.database,
        carrier,
        base.clock,
        texts=OpenTexts(),
        states=base.states,
        log=ReceiptTable(),
    )
    lists = ListCarrier(
        base.database,
        carrier,
        base.clock,
        cursors=CursorTable(),
        missing=FoundTexts(RequestTable()),
        strays=OpenTexts(),
    )
    compare = CompareAfterRestore(
        base.database,
        carrier,
        base.clock,
        gate=base.gate,
        waiting=RestoredQueue(),
        states=base.states,
        log=ReceiptTable(),
        lists=CursorTable(),
    )
    return [
        Rounds("compare", compare, every=5.0),
        Rounds("ask", ask, every=1.0),
        Rounds("lists", lists, every=2.0),
    ]


def requests(base: Foundation) -> Component:
    """What the gateway asks."""
    operations = Operations(
        base.database, base.gate, figures=QueueFigures(), strays=OpenTexts(), staff=StaffRights()
    )
    return RequestServer(
        base.broker,
        request_queue(SERVICE, "fast"),
        {GetOperations: operations.show, OpenGate: operations.open_gate},
    )


def consumers(base: Foundation, sender: Sender) -> Sequence[Component]:
    """What reads the bus."""
    parking = ParkingTable(base.database)
    commands = InboxProcessor(
        base.database,
        consumer="sms.commands",
        handlers={
            # First, because it takes alone what texts that come in share.
            WithdrawTextsV1: WithdrawTexts(WithdrawalTables(), base.states, base.clock),
            SendTextsV1: AcceptTexts(base.queue, base.states, base.clock, wake=sender.wake),
            SetOptOutV1: SetOptOut(base.opt_outs),
        },
    )
    directory = InboxProcessor(
        base.database,
        consumer="sms.directory",
        handlers={
            DepartmentChangedV1: base.directory.learn_departments,
            StaffChangedV1: base.directory.learn_staff,
            ClientChangedV1: base.directory.learn_clients,
            ConversationChangedV1: base.directory.learn_conversations,
        },
    )
    return [
        BatchConsumer(base.broker, "sms.commands.v1", commands, parking),
        BatchConsumer(base.broker, "sms.directory.v1", directory, parking),
        DeadLetterConsumer(base.broker, SERVICE, parking),
    ]


class Gatekeeper:
    """Looks at the gate before anything is sent, as a component that starts early."""

    name = "gate"

    def __init__(self, base: Foundation, carrier: Carrier) -> None:
        self._base = base
        self._carrier = carrier
        self._is_checked = False

    async def start(self) -> None:
        """Close the gate if the database server is another one."""
        await self._base.database.run(self._base.gate.check)
        self._is_checked = True

    async def stop(self) -> None:
        """Started first, so stopped last: nobody asks the carrier any more."""
        self._carrier.close()

    def is_ready(self) -> bool:
        """Whether the gate was looked at."""
        return self._is_checked
