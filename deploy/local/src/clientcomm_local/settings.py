"""Settings of the one-machine stack, from the environment; their names are an interface."""

from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class StackSettings(BaseSettings):
    """What `make up` may be told."""

    model_config = SettingsConfigDict(
        env_prefix="CLIENTCOMM_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: SecretStr | None = None
    amqp_url: SecretStr | None = None
    amqp_management_url: str | None = None
    gateway_port: int = 8000
    sms_port: int = 8001
    simulator_port: int = 8010
    state_dir: Path = Path(".local")
    demo: bool = False
    public_url: str | None = None
    sms_public_url: str | None = None
    secret_key: SecretStr | None = None
    object_store_url: str | None = None
    smtp_url: SecretStr | None = None
    twilio_api_url: str | None = None
    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    clock_file: Path | None = None

    @model_validator(mode="after")
    def _demo_stays_at_home(self) -> "StackSettings":
        if self.demo and not is_loopback(self.gateway_url):
            raise ValueError("CLIENTCOMM_DEMO=1 is refused with a public URL that is not loopback.")
        return self

    @property
    def gateway_url(self) -> str:
        """The gateway as browsers see it."""
        return (self.public_url or f"http://127.0.0.1:{self.gateway_port}").rstrip("/")

    @property
    def sms_url(self) -> str:
        """The webhooks as the carrier sees them."""
        return (self.sms_public_url or f"http://127.0.0.1:{self.sms_port}").rstrip("/")

    @property
    def simulator_url(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"


def is_loopback(url: str) -> bool:
    """Whether an address can only be reached from this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def replicas(environment: Mapping[str, str], role: str) -> int:
    """How many processes a role has: its own variable, else its service's, else one."""
    service = role.partition("-")[0]
    for name in (role, service):
        variable = f"CLIENTCOMM_REPLICAS_{name.upper().replace('-', '_')}"
        if value := environment.get(variable):
            return _count(variable, value)
    return 1


def _count(variable: str, value: str) -> int:
    if not value.isdecimal() or not 0 <= int(value) <= 64:  # noqa: PLR2004 more is a slip
        raise ValueError(f"{variable} must be a number from 0 to 64.")
    return int(value)
