"""The mail server, by SMTP."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib

from clientcomm_gateway.application.ports import Clock
from clientcomm_gateway.domain.mail import Letter, LetterRefused, PostAway
from clientcomm_gateway.domain.origins import is_loopback_name

_TIMEOUT = 20.0
_TLS_PORT, _SUBMISSION_PORT = 465, 587
_FOR_GOOD = 500


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes and how: `smtp://` or `smtps://user:password@host:port`."""

    host: str
    port: int
    is_tls_from_start: bool
    user: str | None = None
    password: str | None = None

    @classmethod
    def at(cls, url: str) -> "MailServer":
        """Read an address that the settings have found right."""
        parts = urlsplit(url)
        is_tls = parts.scheme == "smtps"
        return cls(
            parts.hostname or "localhost",
            parts.port or (_TLS_PORT if is_tls else _SUBMISSION_PORT),
            is_tls,
            unquote(parts.username) if parts.username else None,
            unquote(parts.password) if parts.password else None,
        )

    def connection(self) -> aiosmtplib.SMTP:
        """Encrypted wherever the server can; a password never goes over an open network."""
        needs_tls = self.user is not None and not is_loopback_name(self.host)
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.is_tls_from_start,
            start_tls=True if needs_tls and not self.is_tls_from_start else None,
            timeout=_TIMEOUT,
        )


@dataclass(frozen=True, slots=True)
class SmtpPost:
    """`application.send_mail.Post`: a connection for each letter, since there are few."""

    server: MailServer
    sender: str
    clock: Clock

    async def send(self, letter: Letter) -> None:
        """Hand one letter over. Raises PostAway and LetterRefused."""
        connection = self.server.connection()
        try:
            await connection.connect()
        except (aiosmtplib.SMTPException, OSError) as fault:
            raise PostAway(type(fault).__name__) from None
        try:
            await connection.send_message(self._message(letter))
        except aiosmtplib.SMTPRecipientsRefused as fault:
            for_good = all(one.code >= _FOR_GOOD for one in fault.recipients)
            raise LetterRefused("recipient refused", for_good=for_good) from None
        except aiosmtplib.SMTPResponseException as fault:
            raise LetterRefused(f"answer {fault.code}", for_good=False) from None
        except (aiosmtplib.SMTPException, OSError) as fault:
            raise LetterRefused(type(fault).__name__, for_good=False) from None
        finally:
            connection.close()

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=SMTP_POLICY)
        domain = parseaddr(self.sender)[1].rpartition("@")[2]
        message["From"] = self.sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(self.clock.now())
        message["Message-ID"] = f"<{letter.mail_id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = letter.language
        message.set_content(letter.body)
        return message
