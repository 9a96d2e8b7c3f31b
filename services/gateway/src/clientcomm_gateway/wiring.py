"""The only place that puts the gateway together."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from starlette.routing import Route
from starlette.types import ASGIApp

from clientcomm_bus import (
    BatchConsumer,
    Broker,
    DeadLetterConsumer,
    LiveQueue,
    Publisher,
    RequestClient,
)
from clientcomm_chassis import (
    Component,
    SystemClock,
    clock_of,
    health_routes,
    serve_http,
)
from clientcomm_contracts.conversations.events import StaffChangedV1
from clientcomm_contracts.notices import SendNoticesV1
from clientcomm_gateway.adapters.api.app import api_application
from clientcomm_gateway.adapters.api.callers import ApiLimits, Gatekeeper
from clientcomm_gateway.adapters.hashing import Argon2Hasher
from clientcomm_gateway.adapters.http.addresses import TrustedProxies
from clientcomm_gateway.adapters.http.app import application
from clientcomm_gateway.adapters.live.hub import LiveHub
from clientcomm_gateway.adapters.live.reading import ROUTING_KEYS
from clientcomm_gateway.adapters.live.streams import ShownTo
from clientcomm_gateway.adapters.live.telling import Teller
from clientcomm_gateway.adapters.mail.letters import Writer
from clientcomm_gateway.adapters.mail.mailer import Mailer
from clientcomm_gateway.adapters.mail.smtp import MailServer, SmtpPost
from clientcomm_gateway.adapters.objects import FolderObjects
from clientcomm_gateway.adapters.store.accounts import (
    PostgresAccounts,
    PostgresFirstAccount,
    apply_staff_changes,
)
from clientcomm_gateway.adapters.store.attempts import PostgresAttempts
from clientcomm_gateway.adapters.store.audit import PostgresAudit
from clientcomm_gateway.adapters.store.exports import PostgresExports
from clientcomm_gateway.adapters.store.links import PostgresLinks
from clientcomm_gateway.adapters.store.listener import PeopleListener
from clientcomm_gateway.adapters.store.mail import NoticeTaker, PostgresMail, PostgresMailSlot
from clientcomm_gateway.adapters.store.retention import SignInRetention
from clientcomm_gateway.adapters.store.sessions import PostgresSessions
from clientcomm_gateway.adapters.store.tokens import PostgresTokens
from clientcomm_gateway.adapters.web.pages.api_docs import docs_endpoint
from clientcomm_gateway.adapters.web.rendering import Renderer
from clientcomm_gateway.adapters.web.site import Site
from clientcomm_gateway.application.change_password import ChangePassword
from clientcomm_gateway.application.follow_link import FollowLink
from clientcomm_gateway.application.ports import Owners, PasswordHasher
from clientcomm_gateway.application.send_link import SendLink
from clientcomm_gateway.application.send_mail import SendMail
from clientcomm_gateway.application.set_up import SetUp
from clientcomm_gateway.application.sign_in import SignIn
from clientcomm_gateway.application.sign_out import SignOut
from clientcomm_gateway.domain.origins import OwnOrigin
from clientcomm_gateway.settings import GatewaySettings
from clientcomm_persistence import (
    Database,
    DatabaseHealth,
    InboxProcessor,
    ParkingTable,
    Relay,
    Retention,
    publishing_through,
)

SERVICE = "gateway"
MIGRATIONS = "clientcomm_gateway.adapters.migrations"
DIRECTORY = "gateway.directory.v1"
COMMANDS = "gateway.commands.v1"
_POOL = 12


class Gateway:
    """The gateway's parts, once for a process."""

    def __init__(
        self,
        settings: GatewaySettings,
        database: Database,
        owners: Owners,
        *,
        hasher: PasswordHasher | None = None,
        renderer: Renderer | None = None,
    ) -> None:
        self.settings = settings
        self._machine_clock = SystemClock()
        self._shown_to = ShownTo()
        self._audit = PostgresAudit(database, self._machine_clock)
        self.sessions = PostgresSessions(database, settings.session_limits)
        self.tokens = PostgresTokens(database)
        self.exports = PostgresExports(database, self._machine_clock)
        self.site = self._site(
            database, owners, hasher or Argon2Hasher(), renderer or Renderer.load()
        )
        self.hub = LiveHub(self._teller(), self.sessions, self._machine_clock)
        self.api = api_application(
            self._gatekeeper(), self.site.objects, self.exports, self.site.send_link
        )

    def application(self, checks: Mapping[str, Component] | None = None) -> ASGIApp:
        """Everything over HTTP."""
        parts = checks or {}
        return application(
            self.site,
            self.hub,
            self.api,
            docs_endpoint(self.site, self.api.openapi()),
            proxies=TrustedProxies(self.settings.proxies),
            health=_health(parts),
        )

    def on_person(self, staff_id: UUID) -> None:
        """Someone's sessions, tokens or rights changed, here or in another process."""
        self.tokens.forget(staff_id)
        self.hub.on_person_changed(staff_id)

    def on_listening(self, is_listening: bool) -> None:
        """Whether changes are heard of; while they are not, tokens are looked up each time."""
        self.tokens.forget()
        self.tokens.is_listening = is_listening

    def _gatekeeper(self) -> Gatekeeper:
        limits = ApiLimits(self.settings.api_requests_per_second, self.settings.api_burst)
        return Gatekeeper(self.site.owners, self.tokens, self._audit, self._machine_clock, limits)

    def _teller(self) -> Teller:
        site = self.site
        return Teller(site.owners, self._audit, site.renderer, site.clock, self._shown_to)

    def _site(
        self,
        database: Database,
        owners: Owners,
        hasher: PasswordHasher,
        renderer: Renderer,
    ) -> Site:
        clock, sessions, audit = self._machine_clock, self.sessions, self._audit
        accounts, attempts = PostgresAccounts(database), PostgresAttempts(database)
        links = PostgresLinks(database, clock, self.settings.secret_key.get_secret_value())
        return Site(
            owners=owners,
            accounts=accounts,
            sessions=sessions,
            audit=audit,
            sign_in=SignIn(accounts, attempts, sessions, hasher, audit, clock),
            sign_out=SignOut(sessions, audit, clock),
            change_password=ChangePassword(accounts, attempts, sessions, hasher, audit, clock),
            follow_link=FollowLink(links, accounts, sessions, hasher, audit, clock),
            send_link=SendLink(accounts, attempts, PostgresMailSlot(database), audit, clock),
            set_up=SetUp(
                owners=owners,
                first=PostgresFirstAccount(database),
                attempts=attempts,
                sessions=sessions,
                hasher=hasher,
                audit=audit,
                clock=clock,
                secret_key=self.settings.secret_key.get_secret_value(),
            ),
            renderer=renderer,
            objects=FolderObjects(self.settings.object_store_url),
            shown_to=self._shown_to,
            clock=clock_of(self.settings.clock_file),
            machine_clock=clock,
            origin=OwnOrigin(self.settings.origin_url),
            secret_key=self.settings.secret_key.get_secret_value(),
        )


def _health(parts: Mapping[str, Component]) -> Sequence[Route]:
    """Live and ready for everybody; figures only at the process's own health port."""
    routes = health_routes(lambda: {name: part.is_ready() for name, part in parts.items()})
    return [route for route in routes if route.path.startswith("/health/")]


def database_of(settings: GatewaySettings) -> Database:
    """The gateway's own database."""
    return Database(
        settings.service_database_url.get_secret_value(),
        application_name=settings.process_name or SERVICE,
        pool_size=_POOL,
        statement_timeout_ms=5_000,
        acquire_timeout=1.5,
    )


def components(settings: GatewaySettings) -> Sequence[Component]:
    """All parts of the process, in the order in which they start; streams end before HTTP does."""
    url = settings.service_database_url.get_secret_value()
    database = database_of(settings)
    broker = Broker(
        settings.amqp_url.get_secret_value(), process_name=settings.process_name or SERVICE
    )
    owners = RequestClient(broker)
    gateway = Gateway(settings, database, owners)
    health, parking = DatabaseHealth(database), ParkingTable(database)
    listener = PeopleListener(url, on_person=gateway.on_person, on_listening=gateway.on_listening)
    http = serve_http(
        gateway.application({"database": health, "broker": broker}),
        host=settings.gateway_host,
        port=settings.gateway_port,
    )
    return (
        health,
        broker,
        Relay(url, publishing_through(Publisher(broker))),
        _directory(broker, database, parking),
        _commands(broker, database, parking),
        *_mailers(settings, database, gateway.site.renderer),
        DeadLetterConsumer(broker, SERVICE, parking),
        Retention(database),
        SignInRetention(database, SystemClock()),
        owners,
        listener,
        http,
        gateway.hub,
        LiveQueue(broker, ROUTING_KEYS, gateway.hub.on_items, on_gap=gateway.hub.refresh),
    )


def _commands(broker: Broker, database: Database, parking: ParkingTable) -> Component:
    processor = InboxProcessor(
        database,
        consumer="gateway.commands",
        handlers={SendNoticesV1: NoticeTaker(SystemClock())},
    )
    return BatchConsumer(broker, COMMANDS, processor, parking)


def _mailers(
    settings: GatewaySettings, database: Database, renderer: Renderer
) -> Sequence[Component]:
    """Without a mail server e-mails wait in the outbox."""
    has_server = bool(settings.smtp_url.get_secret_value())
    return (Mailer(send_mail_of(settings, database, renderer)),) if has_server else ()


def send_mail_of(settings: GatewaySettings, database: Database, renderer: Renderer) -> SendMail:
    """How this process sends one e-mail."""
    clock = SystemClock()
    links = PostgresLinks(database, clock, settings.secret_key.get_secret_value())
    return SendMail(
        outbox=PostgresMail(database, clock),
        accounts=PostgresAccounts(database),
        writer=Writer(renderer, links, settings.origin_url, clock),
        post=SmtpPost(MailServer.at(settings.smtp_url.get_secret_value()), settings.sender, clock),
    )


def _directory(broker: Broker, database: Database, parking: ParkingTable) -> Component:
    processor = InboxProcessor(
        database,
        consumer="gateway.directory",
        handlers={StaffChangedV1: apply_staff_changes},
    )
    return BatchConsumer(broker, DIRECTORY, processor, parking)
