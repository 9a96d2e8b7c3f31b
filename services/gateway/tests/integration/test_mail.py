"""E-mails to staff: from a notice on the bus to a real mail server, once, also after an outage."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from services.gateway.tests.browsing import RENDERER, House
from services.gateway.tests.serving import eventually
from services.gateway.tests.world import World

from clientcomm_bus import Broker, Item, Outgoing, Publisher
from clientcomm_chassis import SystemClock, running
from clientcomm_contracts.notices import Notice, NoticeKind, SendNoticesV1
from clientcomm_contracts.topology import COMMANDS
from clientcomm_contracts.values import Role
from clientcomm_gateway.adapters.mail.mailer import Mailer
from clientcomm_gateway.adapters.store.mail import NoticeTaker, PostgresMail
from clientcomm_gateway.domain.mail import PostAway
from clientcomm_gateway.settings import GatewaySettings
from clientcomm_gateway.wiring import components, send_mail_of
from clientcomm_local.databases import DatabaseUrls
from clientcomm_local.ports import free_port
from clientcomm_testkit.brokers import VirtualHost

pytestmark = pytest.mark.integration


@dataclass
class Receiver:
    """A mail server that keeps what it takes, or answers as it is told."""

    answer: str = "250 OK"
    recipient_answer: str = "250 OK"
    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return self.recipient_answer

    async def handle_DATA(  # noqa: N802 - the same
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.letters.append(message_from_bytes(content, policy=policy.default))
        return self.answer


@asynccontextmanager
async def receiving(port: int) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(receiver, loop=loop), "127.0.0.1", port)
    try:
        yield receiver
    finally:
        server.close()
        await server.wait_closed()


def _settings(database: str, amqp: str, folder: Path, **more: object) -> GatewaySettings:
    return GatewaySettings.model_validate(
        {
            "service_database_url": database,
            "amqp_url": amqp,
            "secret_key": "a-key-for-tests-only-and-nothing-else",
            "object_store_url": folder.as_uri(),
            **more,
        }
    )


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def settings(database_urls: DatabaseUrls, tmp_path: Path, port: int) -> GatewaySettings:
    nowhere = "amqp://nobody:nothing@127.0.0.1:1/none"
    url = f"smtp://127.0.0.1:{port}"
    return _settings(database_urls.runtime, nowhere, tmp_path, smtp_url=url)


async def _take(house: House, *notices: Notice) -> None:
    """As the consumer does, in one transaction."""
    async with house.database.transaction() as transaction:
        await NoticeTaker(SystemClock())(transaction, [SendNoticesV1(items=notices)])


def _transferred(staff_id: UUID, **details: str) -> Notice:
    return Notice(
        id=uuid4(),
        staff_id=staff_id,
        kind=NoticeKind.TRANSFERRED,
        conversation_id=uuid4(),
        details={"by": "Ben Okafor", "client": "Dan R.", "note": "Prefers mornings", **details},
    )


def _state(urls: DatabaseUrls, notice: Notice) -> tuple[bool, bool, str | None, int]:
    """Whether it waits, whether it has gone, why it never will, and how often it was tried."""
    statement = """
        SELECT next_at IS NOT NULL, sent_at IS NOT NULL, given_up_because, attempts
        FROM mail WHERE id = %s
    """
    with psycopg.connect(urls.owner) as connection:
        row = connection.execute(statement, [notice.id]).fetchone()
    assert row is not None
    return row[0], row[1], row[2], row[3]


def _due_again(urls: DatabaseUrls) -> None:
    """Let the pause be over."""
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("UPDATE mail SET next_at = now() WHERE next_at IS NOT NULL")


async def test_a_notice_on_the_bus_reaches_the_mailbox_once(
    world: World,
    house: House,
    database_urls: DatabaseUrls,
    declared_amqp_vhost: VirtualHost,
    tmp_path: Path,
    port: int,
) -> None:
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)
    settings = _settings(
        database_urls.runtime,
        declared_amqp_vhost.url_of("gateway"),
        tmp_path,
        gateway_port=free_port(),
        smtp_url=f"smtp://127.0.0.1:{port}",
        mail_from="County texts <texts@county.example>",
    )
    first, second = _transferred(maria.id), _transferred(maria.id, count="12", note="")
    async with receiving(port) as receiver, running(components(settings)):
        broker = Broker(declared_amqp_vhost.url_of("conversations"), process_name="test")
        await broker.start()
        for items in ((first,), (first, second), (second,)):
            command = SendNoticesV1(items=items)
            item = Item(uuid4(), command.name, command.write())
            await Publisher(broker).publish([Outgoing(COMMANDS, command.name, [item])])

        async def both_have_come() -> bool:
            return len(receiver.letters) >= 2

        await eventually(both_have_come)
        await broker.stop()

    by_subject = {letter["Subject"]: letter for letter in receiver.letters}
    assert len(receiver.letters) == 2
    letter = by_subject["A client was transferred to you"]
    assert letter["To"] == maria.email
    assert letter["From"] == "County texts <texts@county.example>"
    assert letter["Message-ID"] == f"<{first.id}@county.example>"
    text = letter.get_content().replace("\r\n", "\n")
    assert "Ben Okafor transferred Dan R. to you." in text
    assert "Ben Okafor wrote: Prefers mornings" in text
    assert f"{settings.origin_url}/conversations/{first.conversation_id}\n" in text
    several = by_subject["Clients were transferred to you"].get_content()
    assert "transferred 12 clients to you" in several
    assert "wrote:" not in several


async def test_while_the_mail_server_is_away_mail_waits_and_then_goes_once(
    world: World, house: House, database_urls: DatabaseUrls, settings: GatewaySettings, port: int
) -> None:
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)
    notice = _transferred(maria.id)
    await _take(house, notice)
    send_mail = send_mail_of(settings, house.database, RENDERER)

    for _ in range(3):
        with pytest.raises(PostAway):
            await send_mail()
    assert _state(database_urls, notice) == (True, False, None, 0)

    mailer = Mailer(send_mail, look_every=0.05, pause=0.05)
    await mailer.start()
    async with receiving(port) as receiver:

        async def has_come() -> bool:
            return _state(database_urls, notice)[1]

        await eventually(has_come)
        assert not await send_mail()
    await mailer.stop()
    assert len(receiver.letters) == 1
    assert _state(database_urls, notice) == (False, True, None, 1)


async def test_a_letter_that_the_server_does_not_take_now_is_tried_again(
    world: World, house: House, database_urls: DatabaseUrls, settings: GatewaySettings, port: int
) -> None:
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)
    notice = _transferred(maria.id)
    await _take(house, notice)
    send_mail = send_mail_of(settings, house.database, RENDERER)
    async with receiving(port) as receiver:
        receiver.answer = "451 Try later"
        assert await send_mail()
        assert not await send_mail()
        assert _state(database_urls, notice) == (True, False, None, 1)

        receiver.answer = "250 OK"
        _due_again(database_urls)
        assert await send_mail()

    assert [letter["Message-ID"] for letter in receiver.letters] == [f"<{notice.id}@localhost>"]


async def test_an_address_that_does_not_exist_is_given_up(
    world: World, house: House, database_urls: DatabaseUrls, settings: GatewaySettings, port: int
) -> None:
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)
    notice = _transferred(maria.id)
    await _take(house, notice)
    async with receiving(port) as receiver:
        receiver.recipient_answer = "550 No such mailbox"
        await send_mail_of(settings, house.database, RENDERER)()

    assert _state(database_urls, notice) == (False, False, "recipient refused", 1)


async def test_who_is_not_known_yet_gets_it_later_and_who_is_gone_never(
    world: World, house: House, database_urls: DatabaseUrls, settings: GatewaySettings, port: int
) -> None:
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    gone = world.add_staff("Gone Person", Role.CASE_MANAGER)
    await house.hire(gone)
    await house.hire(gone, sequence=2, is_active=False)
    early, late = _transferred(maria.id), _transferred(gone.id)
    await _take(house, early, late)
    send_mail = send_mail_of(settings, house.database, RENDERER)
    async with receiving(port) as receiver:
        assert await send_mail()
        assert await send_mail()
        assert not await send_mail()
        await house.hire(maria)
        _due_again(database_urls)
        assert await send_mail()

    assert [letter["To"] for letter in receiver.letters] == [maria.email]
    assert _state(database_urls, late) == (False, False, "no longer active", 1)


async def test_two_processes_never_hold_the_same_mail(
    world: World, house: House, settings: GatewaySettings
) -> None:
    maria = world.add_staff("Maria Gomez", Role.CASE_MANAGER)
    await house.hire(maria)
    await _take(house, *(_transferred(maria.id) for _ in range(5)))
    outbox = PostgresMail(house.database, SystemClock())

    leased = await asyncio.gather(*(outbox.lease() for _ in range(8)))

    held = [mail.id for mail in leased if mail is not None]
    assert len(held) == len(set(held)) == 5
