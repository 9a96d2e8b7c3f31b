"""Prints the passwords and keys that docker-compose.yml asks for: `make_env.py > .env`, once."""

import secrets
import sys

SERVICES = ("GATEWAY", "CONVERSATIONS", "SMS", "SCHEDULER", "EXPORT")


def lines() -> list[str]:
    """One assignment a line, each with a value of its own."""
    passwords = [f"{kind}_PASSWORD" for kind in ("POSTGRES", "RABBITMQ")]
    passwords += [f"DATABASE_PASSWORD_{service}" for service in SERVICES]
    passwords += [f"BROKER_PASSWORD_{service}" for service in SERVICES]
    return [
        *(f"{name}={secrets.token_hex(20)}" for name in passwords),
        f"SECRET_KEY={secrets.token_urlsafe(48)}",
        f"TWILIO_ACCOUNT_SID=AC{secrets.token_hex(16)}",
        f"TWILIO_AUTH_TOKEN={secrets.token_hex(16)}",
    ]


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines()) + "\n")
