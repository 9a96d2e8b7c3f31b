"""What the gateway is told by its environment, beside what every process is."""

from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from clientcomm_chassis import ServiceSettings
from clientcomm_gateway.domain.origins import is_loopback_name
from clientcomm_gateway.domain.sessions import SessionLimits


class GatewaySettings(ServiceSettings):
    """Names as in interfaces.md."""

    gateway_port: int = 8000
    gateway_host: str = "127.0.0.1"
    public_url: str = ""
    allow_insecure_http: bool = False
    trusted_proxies: str = ""
    secret_key: SecretStr = Field(min_length=16)
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = Field(default="", max_length=200)
    session_idle_minutes: int = Field(default=30, ge=1, le=24 * 60)
    session_longest_hours: int = Field(default=12, ge=1, le=24 * 7)
    api_requests_per_second: float = Field(default=1000, gt=0)
    api_burst: float = Field(default=2000, ge=1)

    @model_validator(mode="after")
    def _public_url_is_safe(self) -> "GatewaySettings":
        parts = urlsplit(self.origin_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("CLIENTCOMM_PUBLIC_URL must be an http or https address")
        is_open = parts.scheme == "http" and not is_loopback_name(parts.hostname)
        if is_open and not self.allow_insecure_http:
            raise ValueError("CLIENTCOMM_PUBLIC_URL must be https, or a loopback address")
        return self

    @field_validator("smtp_url")
    @classmethod
    def _smtp_url_is_one(cls, url: SecretStr) -> SecretStr:
        parts = urlsplit(url.get_secret_value())
        if url and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
            raise ValueError("CLIENTCOMM_SMTP_URL must be smtp://… or smtps://…")
        return url

    @field_validator("mail_from")
    @classmethod
    def _mail_from_is_an_address(cls, given: str) -> str:
        if given and "@" not in parseaddr(given)[1]:
            raise ValueError("CLIENTCOMM_MAIL_FROM must be an e-mail address")
        return given

    @property
    def sender(self) -> str:
        """Who e-mails come from."""
        host = urlsplit(self.origin_url).hostname or "localhost"
        place = "localhost" if is_loopback_name(host) else host
        return self.mail_from or f"ClientComm <no-reply@{place}>"

    @property
    def origin_url(self) -> str:
        """The gateway as browsers see it."""
        return self.public_url or f"http://127.0.0.1:{self.gateway_port}"

    @property
    def session_limits(self) -> SessionLimits:
        """How long a session may rest, and live."""
        return SessionLimits(
            timedelta(minutes=self.session_idle_minutes),
            timedelta(hours=self.session_longest_hours),
        )

    @property
    def proxies(self) -> tuple[str, ...]:
        """Addresses and networks whose forwarding headers count."""
        return tuple(part.strip() for part in self.trusted_proxies.split(",") if part.strip())
