"""What the processes of sms are told by their environment."""

from pydantic import SecretStr

from clientcomm_chassis import ServiceSettings


class Settings(ServiceSettings):
    """Names as in the stack's settings, prefix `CLIENTCOMM_`."""

    sms_port: int = 8001
    sms_host: str = "127.0.0.1"
    sms_public_url: str = ""
    secret_key: SecretStr = SecretStr("")
    twilio_api_url: str = "https://api.twilio.com"
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    carrier_threads: int = 16

    @property
    def public_url(self) -> str:
        """The base of our URLs as the carrier sees them, without a slash at its end."""
        return (self.sms_public_url or f"http://127.0.0.1:{self.sms_port}").rstrip("/")
