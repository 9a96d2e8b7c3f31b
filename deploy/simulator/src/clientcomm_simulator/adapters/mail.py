"""The stack's mailbox: takes all mail by SMTP and delivers it nowhere."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import orjson
from aiosmtpd.smtp import SMTP, Envelope, Session

from clientcomm_simulator.application.ports import Clock
from clientcomm_simulator.domain.identifiers import new_sid

_MOST_LETTERS = 1000
_LARGEST_LETTER = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Letter:
    """`recipients` are those of the envelope; `received_at` is in seconds since the epoch."""

    id: str
    sender: str
    recipients: list[str]
    to: str
    subject: str
    text: str
    html: str
    attachments: list[str]
    received_at: float


@dataclass(slots=True)
class Mailbox:
    """The latest letters in memory; all of them in a file, so that a restart loses none."""

    path: Path
    clock: Clock
    letters: deque[Letter] = field(default_factory=lambda: deque(maxlen=_MOST_LETTERS))

    def load(self) -> None:
        if not self.path.exists():
            return
        for line in self.path.read_bytes().splitlines():
            try:
                self.letters.append(Letter(**orjson.loads(line)))
            except orjson.JSONDecodeError:
                continue  # the line that a crash cut off

    def newest_first(self, recipient: str = "") -> Iterator[Letter]:
        wanted = recipient.lower()
        for letter in reversed(self.letters):
            if not wanted or any(wanted == address.lower() for address in letter.recipients):
                yield letter

    def find(self, letter_id: str) -> Letter | None:
        return next((letter for letter in self.letters if letter.id == letter_id), None)

    def empty(self) -> None:
        self.letters.clear()
        self.path.unlink(missing_ok=True)

    def take(self, sender: str, recipients: list[str], content: bytes) -> Letter:
        parsed = message_from_bytes(content, policy=policy.default)
        letter = Letter(
            id=new_sid("EM"),
            sender=sender,
            recipients=recipients,
            to=str(parsed.get("To", "")),
            subject=str(parsed.get("Subject", "")),
            text=_part(parsed, "plain"),
            html=_part(parsed, "html"),
            attachments=[part.get_filename() or "" for part in parsed.iter_attachments()],
            received_at=self.clock.now(),
        )
        self.letters.append(letter)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write(orjson.dumps(asdict(letter), option=orjson.OPT_APPEND_NEWLINE))
        return letter


def _part(parsed: EmailMessage, kind: str) -> str:
    body = parsed.get_body(preferencelist=(kind,))
    if body is None:
        return ""
    try:
        content = body.get_content()
    except (LookupError, ValueError):
        return ""
    return content if isinstance(content, str) else ""


@dataclass
class MailServer:
    """SMTP on a port of this process.

    Has no slots: aiosmtpd reads all members of its handler, which fails with them in Python 3.11.2.
    """

    mailbox: Mailbox
    host: str
    port: int
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(
                self,
                loop=loop,
                hostname="simulator",
                data_size_limit=_LARGEST_LETTER,
                enable_SMTPUTF8=True,
            ),
            self.host,
            self.port,
        )

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    async def handle_DATA(  # noqa: N802  the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        if not isinstance(content, bytes):
            return "500 Could not read the message"
        self.mailbox.take(envelope.mail_from or "", list(envelope.rcpt_tos), content)
        return "250 Message accepted for delivery"
