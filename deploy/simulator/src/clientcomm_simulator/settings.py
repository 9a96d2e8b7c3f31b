"""Settings from the environment, all of them with a default."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from .domain.numbers import parse_number

DEFAULT_ACCOUNT_SID = "AC" + "5" * 32
DEFAULT_AUTH_TOKEN = "simulated-auth-token"  # noqa: S105  of a carrier that does not exist


class Settings(BaseSettings):
    """Names begin with CLIENTCOMM_; times are in seconds."""

    model_config = SettingsConfigDict(env_prefix="CLIENTCOMM_", frozen=True, extra="ignore")

    simulator_host: str = "127.0.0.1"
    simulator_port: int = 8010
    simulator_smtp_port: int = 8025
    simulator_public_url: str = ""
    state_dir: Path = Path(".local")
    clock_file: Path | None = None
    twilio_account_sid: str = DEFAULT_ACCOUNT_SID
    twilio_auth_token: SecretStr = SecretStr(DEFAULT_AUTH_TOKEN)
    simulator_api_keys: SecretStr = SecretStr("")
    sms_public_url: str = "http://127.0.0.1:8001"
    simulator_numbers: str = ""
    simulator_rate: Annotated[float, Field(gt=0)] = 2000.0
    simulator_sent_after: Annotated[float, Field(ge=0)] = 0.05
    simulator_receipt_after: Annotated[float, Field(ge=0)] = 0.15
    simulator_all_callbacks: bool = False
    simulator_opt_out_type: bool = False
    simulator_webhook_pause: Annotated[float, Field(ge=0)] = 0.1
    simulator_webhook_connections: Annotated[int, Field(ge=1)] = 64
    simulator_keep: Annotated[int, Field(ge=1000)] = 100_000

    @model_validator(mode="after")
    def _check_numbers(self) -> Self:
        for number in self.numbers:
            if parse_number(number) is None:
                raise ValueError("simulator_numbers holds something that is not a phone number")
        return self

    @property
    def numbers(self) -> list[str]:
        given = (number.strip() for number in self.simulator_numbers.split(","))
        return [number for number in given if number]

    @property
    def public_url(self) -> str:
        usual = f"http://{self.simulator_host}:{self.simulator_port}"
        return (self.simulator_public_url or usual).rstrip("/")

    @property
    def credentials(self) -> dict[str, str]:
        """User names and secrets of the API: the account's token, and keys as `SK…:secret,…`."""
        pairs = (
            pair.partition(":") for pair in self.simulator_api_keys.get_secret_value().split(",")
        )
        keys = {name.strip(): secret.strip() for name, found, secret in pairs if found}
        return {self.twilio_account_sid: self.twilio_auth_token.get_secret_value(), **keys}
