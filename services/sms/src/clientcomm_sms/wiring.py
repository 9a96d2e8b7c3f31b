"""The only place of sms that constructs things: one composition per role."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.applications import Starlette

from clientcomm_bus import BatchConsumer, Broker, DeadLetterConsumer, Publisher
from clientcomm_chassis import Clock, Component, checks_of, clock_of, health_routes, serve_http
from clientcomm_contracts.conversations.events import (
    ClientChangedV1,
    ConversationChangedV1,
    DepartmentChangedV1,
    StaffChangedV1,
)
from clientcomm_contracts.sms import SendTextsV1, SetOptOutV1, WithdrawTextsV1
from clientcomm_persistence import (
    Database,
    DatabaseHealth,
    InboxProcessor,
    ParkingTable,
    Relay,
    Retention,
    publishing_through,
)
from clientcomm_sms.adapters.block_list import BlockListTable
from clientcomm_sms.adapters.directory import DirectoryTables
from clientcomm_sms.adapters.gate_table import GateRow
from clientcomm_sms.adapters.hand_over import HandOver
from clientcomm_sms.adapters.inbound_tables import InboundTables
from clientcomm_sms.adapters.moves import Moves
from clientcomm_sms.adapters.receipt_log import ReceiptTable
from clientcomm_sms.adapters.rounds import Rounds
from clientcomm_sms.adapters.send_queue import SendQueueClaims
from clientcomm_sms.adapters.sender import Sender
from clientcomm_sms.adapters.settings import Settings
from clientcomm_sms.adapters.twilio_carrier import TwilioCarrier
from clientcomm_sms.adapters.webhooks.app import Webhooks
from clientcomm_sms.adapters.webhooks.intake import Intake
from clientcomm_sms.adapters.webhooks.processing import ProcessRequests
from clientcomm_sms.adapters.webhooks.request_table import RequestTable
from clientcomm_sms.adapters.webhooks.signatures import Signatures
from clientcomm_sms.adapters.webhooks.spool import Spool, SpoolDrain
from clientcomm_sms.adapters.webhooks.storing import StoreRequests
from clientcomm_sms.application.accept_texts import AcceptTexts
from clientcomm_sms.application.change_opt_out import ChangeOptOut
from clientcomm_sms.application.claim_texts import ClaimTexts
from clientcomm_sms.application.keep_gate import KeepGate
from clientcomm_sms.application.receive_call import ReceiveCalls
from clientcomm_sms.application.receive_texts import ReceiveTexts
from clientcomm_sms.application.record_receipts import RecordReceipts
from clientcomm_sms.application.record_results import RecordResults
from clientcomm_sms.application.set_opt_out import SetOptOut
from clientcomm_sms.application.watch_queue import WatchQueue
from clientcomm_sms.application.withdraw_texts import WithdrawTexts
from clientcomm_sms.domain.carrier import Carrier
from clientcomm_sms.domain.texts import Attempt

SERVICE = "sms"
MIGRATIONS = "clientcomm_sms.adapters.migrations"
CONNECTION_OVERRIDES = "#rc=5&rp=all"
"""Without it the carrier tries a callback once and never again after a 5xx (research §0.4)."""


@dataclass(frozen=True)
class Foundation:
    """What every role stands on."""

    settings: Settings
    clock: Clock
    database: Database
    broker: Broker
    relay: Relay
    states: Moves
    queue: SendQueueClaims
    block_list: BlockListTable
    directory: DirectoryTables
    opt_outs: ChangeOptOut
    receipts: RecordReceipts
    gate: KeepGate


def foundation(settings: Settings, *, role: str) -> Foundation:
    """Construct, start nothing."""
    url = settings.service_database_url.get_secret_value()
    clock = clock_of(settings.clock_file)
    database = Database(url, application_name=f"sms-{role}")
    broker = Broker(
        settings.amqp_url.get_secret_value(), process_name=settings.process_name or f"sms-{role}"
    )
    states, block_list = Moves(), BlockListTable()
    opt_outs = ChangeOptOut(block_list, states, clock)
    return Foundation(
        settings=settings,
        clock=clock,
        database=database,
        broker=broker,
        relay=Relay(url, publishing_through(Publisher(broker))),
        states=states,
        queue=SendQueueClaims(),
        block_list=block_list,
        directory=DirectoryTables(),
        opt_outs=opt_outs,
        receipts=RecordReceipts(ReceiptTable(), states, opt_outs, clock),
        gate=KeepGate(GateRow(), clock),
    )


def carrier_of(settings: Settings) -> Carrier:
    """The carrier that the settings name."""

    def status_url(attempt: Attempt) -> str:
        token = attempt.token.hex
        return f"{settings.public_url}/webhooks/twilio/status/{token}{CONNECTION_OVERRIDES}"

    return TwilioCarrier(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        api_url=settings.twilio_api_url,
        status_url=status_url,
        media_url=lambda key: f"{settings.public_url}/media/{key}",
    )


def components(settings: Settings, *, role: str) -> list[Component]:
    """All parts of a process, in the order in which they start."""
    base = foundation(settings, role=role)
    parts: list[Component] = [DatabaseHealth(base.database), base.broker, base.relay]
    if role in {"webhooks", "serve"}:
        parts += webhook_parts(base)
    if role in {"sender", "serve"}:
        parts += sender_parts(base, carrier_of(settings))
    return parts


def webhook_parts(base: Foundation) -> list[Component]:
    """HTTP, applying of callbacks, inbound texts, relay."""
    settings, clock = base.settings, base.clock
    impatient = Database(
        settings.service_database_url.get_secret_value(),
        application_name="sms-webhooks-intake",
        pool_size=4,
        statement_timeout_ms=2_000,
        acquire_timeout=1.0,
    )
    table = RequestTable()
    processing = ProcessRequests(
        base.database,
        table,
        texts=ReceiveTexts(InboundTables(), base.directory, base.block_list, base.opt_outs, clock),
        calls=ReceiveCalls(InboundTables(), base.directory, clock),
        receipts=base.receipts,
    )
    store = StoreRequests(impatient, table, base.receipts, wake=processing.wake)
    spool = Spool(settings.state_dir / "sms-spool", settings.process_name)
    intake = Intake(store, spool)

    async def phones(number_to: str, caller: str) -> tuple[str | None, str | None]:
        async with impatient.transaction() as tx:
            _, desk, fallback = await base.directory.phones_for(
                tx, number_to=number_to, caller=caller
            )
        return desk, fallback

    drain = SpoolDrain(spool, store)
    # The readiness of this port does not hang on the database: the spool stands in for it.
    others = Starlette(routes=health_routes(checks_of([drain, intake, processing])))
    app = Webhooks(
        Signatures(settings.twilio_auth_token.get_secret_value(), settings.public_url),
        intake,
        clock,
        phones=phones,
        others=others,
    )
    http = serve_http(app, host=settings.sms_host, port=settings.sms_port)
    return [drain, processing, intake, http]


def sender_parts(base: Foundation, carrier: Carrier) -> list[Component]:
    """Bus consumers, claims and calls, what becomes due, relay."""
    sender = Sender(
        base.database,
        ClaimTexts(base.queue, base.states, base.clock),
        RecordResults(base.states, base.opt_outs, base.clock),
        HandOver(carrier, threads=base.settings.carrier_threads),
    )
    watch = WatchQueue(base.states, base.clock)

    async def watch_round() -> bool:
        if await base.database.run(watch):
            sender.wake()
        return False

    return [
        Gatekeeper(base),
        *consumers(base, sender),
        sender,
        Rounds("watch", watch_round, every=1.0),
        Retention(base.database),
    ]


def consumers(base: Foundation, sender: Sender) -> Sequence[Component]:
    """What reads the bus."""
    parking = ParkingTable(base.database)
    commands = InboxProcessor(
        base.database,
        consumer="sms.commands",
        handlers={
            SendTextsV1: AcceptTexts(base.queue, base.states, base.clock, wake=sender.wake),
            WithdrawTextsV1: WithdrawTexts(base.states, base.clock),
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

    def __init__(self, base: Foundation) -> None:
        self._base = base
        self._is_checked = False

    async def start(self) -> None:
        """Close the gate if the database server is another one."""
        await self._base.database.run(self._base.gate.check)
        self._is_checked = True

    async def stop(self) -> None:
        """Nothing to end."""

    def is_ready(self) -> bool:
        """Whether the gate was looked at."""
        return self._is_checked
