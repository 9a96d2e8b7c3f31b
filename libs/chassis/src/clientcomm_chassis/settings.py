"""What every process is told by its environment."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Settings that all services share; each adds its own in a subclass."""

    model_config = SettingsConfigDict(
        env_prefix="CLIENTCOMM_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    service_database_url: SecretStr
    owner_database_url: SecretStr | None = None
    amqp_url: SecretStr
    health_port: int = 0
    health_host: str = "127.0.0.1"
    state_dir: Path = Path(".local")
    object_store_url: str = ""
    clock_file: Path | None = None
    log_level: str = "INFO"
    process_name: str = ""
