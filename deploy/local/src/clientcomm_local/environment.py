"""What each process of the stack is told by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from clientcomm_local.databases import DatabaseUrls
from clientcomm_local.settings import StackSettings
from clientcomm_local.state import Secrets, State


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything that is known once database and broker are there."""

    environment: Mapping[str, str]
    settings: StackSettings
    state: State
    secrets: Secrets
    ports: Mapping[str, int]
    databases: Mapping[str, DatabaseUrls]
    broker_urls: Mapping[str, str]
    subscribers_url: str
    numbers: tuple[str, ...] = ()

    @property
    def mailbox_url(self) -> str:
        return f"{self.settings.simulator_url}/mail"

    def of_process(self, name: str, service: str) -> dict[str, str]:
        """For a running process: the runtime role, the service's own broker user, its ports."""
        own = {
            "CLIENTCOMM_PROCESS_NAME": name,
            "CLIENTCOMM_HEALTH_PORT": str(self.ports.get(name, 0)),
            "CLIENTCOMM_HEALTH_HOST": "127.0.0.1",
        }
        if service in self.databases:
            own["CLIENTCOMM_SERVICE_DATABASE_URL"] = self.databases[service].runtime
            own["CLIENTCOMM_AMQP_URL"] = self.broker_urls[service]
            own["CLIENTCOMM_SECRET_KEY"] = self._secret(self.settings.secret_key, "secret_key")
        if self.settings.clock_file:
            own["CLIENTCOMM_CLOCK_FILE"] = str(self.settings.clock_file.resolve())
        special = {"export": self._of_export, "sms": self._of_sms, "simulator": self._of_simulator}
        own |= special[service]() if service in special else {}
        return {**_inherited(self.environment), **self._common(), **own}

    def of_owner(self, service: str) -> dict[str, str]:
        """For `migrate` and `seed-demo`, which also get the owner role."""
        return {
            **self.of_process(f"{service}-1", service),
            "CLIENTCOMM_PROCESS_NAME": f"{service}-setup",
            "CLIENTCOMM_OWNER_DATABASE_URL": self.databases[service].owner,
            "CLIENTCOMM_HEALTH_PORT": "0",
        }

    def _common(self) -> dict[str, str]:
        settings = self.settings
        return {
            "CLIENTCOMM_STATE_DIR": str(self.state.root),
            "CLIENTCOMM_OBJECT_STORE_URL": settings.object_store_url or self.state.objects.as_uri(),
            "CLIENTCOMM_GATEWAY_PORT": str(settings.gateway_port),
            "CLIENTCOMM_SMS_PORT": str(settings.sms_port),
            "CLIENTCOMM_SIMULATOR_PORT": str(settings.simulator_port),
            "CLIENTCOMM_SMTP_URL": self._smtp_url,
            "CLIENTCOMM_MAILBOX_URL": self.mailbox_url,
            "CLIENTCOMM_PUBLIC_URL": settings.gateway_url,
            "CLIENTCOMM_SMS_PUBLIC_URL": settings.sms_url,
            "CLIENTCOMM_DEMO": "1" if settings.demo else "0",
        }

    @property
    def _smtp_url(self) -> str:
        given = self.settings.smtp_url
        return given.get_secret_value() if given else f"smtp://127.0.0.1:{self.ports['mailbox']}"

    def _of_export(self) -> dict[str, str]:
        return {"CLIENTCOMM_SUBSCRIBERS_URL": self.subscribers_url}

    def _of_sms(self) -> dict[str, str]:
        settings = self.settings
        token = self._secret(settings.twilio_auth_token, "twilio_auth_token")
        return {
            "CLIENTCOMM_TWILIO_API_URL": settings.twilio_api_url or settings.simulator_url,
            "CLIENTCOMM_TWILIO_ACCOUNT_SID": settings.twilio_account_sid
            or self.secrets["twilio_account_sid"],
            "CLIENTCOMM_TWILIO_AUTH_TOKEN": token,
        }

    def _of_simulator(self) -> dict[str, str]:
        """The credentials of sms, unless those are for a real carrier."""
        carrier = {} if self.settings.twilio_api_url else self._of_sms()
        own = {
            "CLIENTCOMM_TWILIO_ACCOUNT_SID": self.secrets["twilio_account_sid"],
            "CLIENTCOMM_TWILIO_AUTH_TOKEN": self.secrets["twilio_auth_token"],
            "CLIENTCOMM_SIMULATOR_SMTP_PORT": str(self.ports["mailbox"]),
        }
        numbers = {"CLIENTCOMM_SIMULATOR_NUMBERS": ",".join(self.numbers)} if self.numbers else {}
        return {**own, **carrier, **numbers}

    def _secret(self, given: SecretStr | None, name: str) -> str:
        return given.get_secret_value() if given else self.secrets[name]


def _inherited(environment: Mapping[str, str]) -> dict[str, str]:
    """Our own environment without what only the stack itself may know, or gives one by one."""
    withheld = (
        "CLIENTCOMM_DATABASE_URL",
        "CLIENTCOMM_AMQP_",
        "CLIENTCOMM_FAILPOINTS",
        "CLIENTCOMM_PASSWORD_",
        "CLIENTCOMM_SECRET_KEY",
        "CLIENTCOMM_TWILIO_",
        # Without compiled modules each start of each process takes seconds longer.
        "PYTHONDONTWRITEBYTECODE",
    )
    return {name: value for name, value in environment.items() if not name.startswith(withheld)}
