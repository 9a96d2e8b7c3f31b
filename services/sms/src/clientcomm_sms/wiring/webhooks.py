"""The role that the carrier calls."""

import filetype
from starlette.applications import Starlette

from clientcomm_chassis import Component, checks_of, health_routes, serve_http
from clientcomm_persistence import (
    Database,
)
from clientcomm_sms.adapters.inbound_tables import InboundTables
from clientcomm_sms.adapters.media_fetcher import MediaFetcher
from clientcomm_sms.adapters.media_links import media_routes
from clientcomm_sms.adapters.rounds import Rounds
from clientcomm_sms.adapters.webhooks.app import Webhooks
from clientcomm_sms.adapters.webhooks.description import description_routes
from clientcomm_sms.adapters.webhooks.intake import Intake
from clientcomm_sms.adapters.webhooks.processing import ProcessRequests
from clientcomm_sms.adapters.webhooks.request_table import RequestTable
from clientcomm_sms.adapters.webhooks.signatures import Signatures
from clientcomm_sms.adapters.webhooks.spool import Spool, SpoolDrain
from clientcomm_sms.adapters.webhooks.storing import StoreRequests
from clientcomm_sms.adapters.webhooks.watching import WatchRequests
from clientcomm_sms.application.fetch_media import FetchMedia
from clientcomm_sms.application.receive_call import ReceiveCalls
from clientcomm_sms.application.receive_texts import ReceiveTexts
from clientcomm_sms.wiring.foundation import Foundation, media_links, store_of


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
    others = Starlette(
        routes=[
            *health_routes(checks_of([drain, intake, processing])),
            *media_routes(media_links(settings), store_of(settings)),
            *description_routes(),
        ]
    )
    app = Webhooks(
        Signatures(settings.twilio_auth_token.get_secret_value(), settings.public_url),
        intake,
        clock,
        phones=phones,
        others=others,
    )
    http = serve_http(app, host=settings.sms_host, port=settings.sms_port)
    return [
        Pool("intake pool", impatient),
        drain,
        processing,
        intake,
        http,
        Rounds("media", media_rounds(base), every=1.0),
        Rounds("set aside", WatchRequests(base.database, table), every=60.0),
    ]


def media_rounds(base: Foundation) -> FetchMedia:
    """Fetches attachments."""
    settings = base.settings
    fetcher = MediaFetcher(
        api_url=settings.twilio_api_url,
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
    )
    return FetchMedia(
        base.database,
        fetcher,
        store_of(settings),
        base.clock,
        rows=InboundTables(),
        sniff=filetype.guess_mime,
    )


class Pool:
    """A database's pool that is closed when the process ends; started first, so stopped last."""

    def __init__(self, name: str, database: Database) -> None:
        self.name = name
        self._database = database

    async def start(self) -> None:
        """Connections are made when they are needed."""

    async def stop(self) -> None:
        """Close all connections."""
        await self._database.close()

    def is_ready(self) -> bool:
        """Always: the spool stands in for a database that is away."""
        return True
