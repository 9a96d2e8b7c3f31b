"""What every role of sms stands on."""

from dataclasses import dataclass

from clientcomm_bus import Broker, Publisher
from clientcomm_chassis import Clock, clock_of
from clientcomm_persistence import (
    Database,
    Relay,
    publishing_through,
)
from clientcomm_sms.adapters.block_list import BlockListTable
from clientcomm_sms.adapters.directory import DirectoryTables
from clientcomm_sms.adapters.gate_table import GateRow
from clientcomm_sms.adapters.media_links import MediaLinks
from clientcomm_sms.adapters.moves import Moves
from clientcomm_sms.adapters.object_store import DirectoryStore
from clientcomm_sms.adapters.receipt_log import ReceiptTable
from clientcomm_sms.adapters.send_queue import SendQueueClaims
from clientcomm_sms.adapters.settings import Settings
from clientcomm_sms.adapters.twilio_carrier import TwilioCarrier
from clientcomm_sms.application.change_opt_out import ChangeOptOut
from clientcomm_sms.application.keep_gate import KeepGate
from clientcomm_sms.application.record_receipts import RecordReceipts
from clientcomm_sms.domain.carrier import Carrier
from clientcomm_sms.domain.number_settings import CONNECTION_OVERRIDES
from clientcomm_sms.domain.texts import Attempt

SERVICE = "sms"
MIGRATIONS = "clientcomm_sms.adapters.migrations"


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
        relay=Relay(url, publishing_through(Publisher(broker)), writer=database),
        states=states,
        queue=SendQueueClaims(),
        block_list=block_list,
        directory=DirectoryTables(),
        opt_outs=opt_outs,
        receipts=RecordReceipts(ReceiptTable(), states, opt_outs, clock),
        gate=KeepGate(GateRow(), clock),
    )


def media_links(settings: Settings) -> MediaLinks:
    """Signed links for outbound pictures."""
    return MediaLinks(settings.secret_key.get_secret_value(), settings.public_url)


def store_of(settings: Settings) -> DirectoryStore:
    """The object store; a directory of the state directory unless the settings name one."""
    usual = f"file://{(settings.state_dir / 'objects').absolute()}"
    return DirectoryStore(settings.object_store_url or usual)


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
        media_url=media_links(settings).url,
    )
