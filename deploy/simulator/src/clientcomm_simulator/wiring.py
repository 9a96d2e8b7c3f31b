"""The only place where the simulator's parts are put together."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from .adapters.clock import CarrierClock, LoopTimeline
from .adapters.control import Control, refused
from .adapters.http_client import HttpClient
from .adapters.inbound_form import BadInboundError
from .adapters.ledger_file import LedgerFile
from .adapters.live import Live
from .adapters.mail import Mailbox, MailServer
from .adapters.media_files import MediaFiles
from .adapters.media_source import WebMediaSource
from .adapters.pages.mailbox import MailboxPages
from .adapters.pages.phones import PhonePages
from .adapters.pages.templates import STATIC
from .adapters.rest.calls import Calls
from .adapters.rest.front import PREFIXES, Account, RestApi, credentials
from .adapters.rest.lookups import Lookups
from .adapters.rest.media import MediaResource
from .adapters.rest.messages import Messages
from .adapters.rest.numbers import IncomingNumbers
from .adapters.rest.services import Services
from .adapters.server import Split
from .adapters.webhooks import SignedWebhooks
from .application.accept_message import AcceptMessage
from .application.carry_message import Carrier, Pace
from .application.place_call import PlaceCall
from .application.receive_text import ReceiveText
from .application.report_status import StatusReporter
from .application.restore import restore, resume_all
from .domain.book import MessageBook
from .domain.faults import Faults
from .domain.network import Network
from .domain.refusals import Refusal
from .domain.senders import SenderPool
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Outside:
    """The parts that touch the machine."""

    timeline: LoopTimeline
    clock: CarrierClock
    ledger: LedgerFile
    files: MediaFiles
    client: HttpClient
    webhooks: SignedWebhooks
    live: Live
    mailbox: Mailbox


@dataclass(frozen=True, slots=True)
class Inside:
    """The use cases."""

    pace: Pace
    carrier: Carrier
    accept: AcceptMessage
    receive: ReceiveText
    place_call: PlaceCall


@dataclass(frozen=True, slots=True)
class Simulator:
    """The ASGI application, and what lets open pages go when it is to end."""

    application: Split
    end: Callable[[], None]


def build(settings: Settings) -> Simulator:
    """The whole simulator; needs a running event loop."""
    network = _network(settings)
    outside = _outside(settings, network)
    inside = _inside(settings, network, outside)
    api = _api(settings, network, outside, inside)
    pages = _pages(settings, network, outside, inside)
    return Simulator(Split(api, pages, PREFIXES), outside.live.close)


def _network(settings: Settings) -> Network:
    webhooks = f"{settings.sms_public_url.rstrip('/')}/webhooks/twilio"
    faults = Faults()
    senders = SenderPool(
        is_open=not settings.numbers,
        rate=settings.simulator_rate,
        message_url=f"{webhooks}/message#rc=5&rp=all",
        voice_url=f"{webhooks}/voice",
        started_at=CarrierClock(faults, settings.clock_file).now(),
    )
    senders.add_all(settings.numbers)
    book = MessageBook(keep=settings.simulator_keep)
    return Network(settings.twilio_account_sid, senders, book, faults=faults)


def _outside(settings: Settings, network: Network) -> Outside:
    state = settings.state_dir / "simulator"
    clock = CarrierClock(network.faults, settings.clock_file)
    client = HttpClient(per_origin=settings.simulator_webhook_connections)
    return Outside(
        timeline=LoopTimeline(asyncio.get_running_loop()),
        clock=clock,
        ledger=LedgerFile(state / "ledger.jsonl"),
        files=MediaFiles(state / "media"),
        client=client,
        webhooks=SignedWebhooks(
            settings.twilio_auth_token.get_secret_value(),
            network,
            client,
            clock,
            pause=settings.simulator_webhook_pause,
        ),
        live=Live(),
        mailbox=Mailbox(state / "mail.jsonl", clock),
    )


def _inside(settings: Settings, network: Network, outside: Outside) -> Inside:
    pace = Pace(settings.simulator_sent_after, settings.simulator_receipt_after)
    timeline, clock, ledger = outside.timeline, outside.clock, outside.ledger
    reporter = StatusReporter(
        network, outside.webhooks, timeline, tells_all=settings.simulator_all_callbacks
    )
    carrier = Carrier(
        network,
        reporter,
        timeline,
        clock,
        ledger,
        outside.live,
        outside.files,
        WebMediaSource(outside.client),
        pace,
    )
    accept = AcceptMessage(network, carrier, clock, timeline, ledger, outside.live)
    receive = ReceiveText(
        network,
        accept,
        outside.webhooks,
        outside.files,
        clock,
        timeline,
        ledger,
        outside.live,
        base_url=settings.public_url,
        names_opt_outs=settings.simulator_opt_out_type,
    )
    place_call = PlaceCall(network, outside.webhooks, clock, timeline, ledger)
    return Inside(pace, carrier, accept, receive, place_call)


def _api(settings: Settings, network: Network, outside: Outside, inside: Inside) -> RestApi:
    clock, ledger, url = outside.clock, outside.ledger, settings.public_url
    messages = Messages(network, inside.accept, inside.carrier, clock, ledger, outside.files)
    resources = (
        messages,
        MediaResource(network, messages, ledger, outside.files, url),
        IncomingNumbers(network, clock, ledger),
        Calls(network, inside.place_call),
        Account(network),
        Lookups(network, url),
        Services(network, clock, ledger, url),
    )
    routes = {key: handler for part in resources for key, handler in part.routes().items()}
    return RestApi(network, credentials(settings.credentials), routes)


def _pages(settings: Settings, network: Network, outside: Outside, inside: Inside) -> Starlette:
    source = WebMediaSource(outside.client)
    control = Control(
        network=network,
        receive=inside.receive,
        place_call=inside.place_call,
        source=source,
        files=outside.files,
        mailbox=outside.mailbox,
        live=outside.live,
        webhooks=outside.webhooks,
        ledger=outside.ledger,
        journal=outside.ledger,
        timeline=outside.timeline,
        pace=inside.pace,
    )
    phones = PhonePages(
        network, inside.receive, inside.place_call, outside.timeline, outside.ledger
    )
    mailbox = MailboxPages(outside.mailbox)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with _running(settings, network, outside, inside):
            yield

    return Starlette(
        routes=[
            *control.routes(),
            *phones.routes(),
            *mailbox.routes(),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        exception_handlers=dict.fromkeys((Refusal, ValidationError, BadInboundError), refused),
        lifespan=lifespan,
    )


@contextlib.asynccontextmanager
async def _running(
    settings: Settings, network: Network, outside: Outside, inside: Inside
) -> AsyncIterator[None]:
    """Reads the ledger, goes on with what was under way, and ends in good order."""
    restore(network, outside.ledger.records())
    outside.mailbox.load()
    outside.ledger.start()
    resume_all(network, inside.carrier)
    gc.freeze()  # what was read stays: no later collection needs to look at it
    mail = MailServer(outside.mailbox, settings.simulator_host, settings.simulator_smtp_port)
    await mail.start()
    try:
        yield
    finally:
        outside.timeline.stop()
        await mail.stop()
        outside.client.close()
        await outside.ledger.stop()
