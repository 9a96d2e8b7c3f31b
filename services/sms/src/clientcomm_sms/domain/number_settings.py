"""What must be set on our numbers at the carrier, so that it calls us, and calls again."""

from collections.abc import Mapping
from dataclasses import dataclass

CONNECTION_OVERRIDES = "#rc=5&rp=all"
"""Without it the carrier tries a webhook once and never again after a 5xx (research §0.4)."""


@dataclass(frozen=True, slots=True)
class OurNumber:
    """A number that a department has, or had: texts to it still come to us."""

    value: str
    is_in_use: bool


@dataclass(frozen=True, slots=True)
class NumberAtCarrier:
    """A number in the carrier's account; settings by the names of the carrier's API."""

    sid: str
    value: str
    settings: Mapping[str, str]

    def lacking(self, wanted: Mapping[str, str]) -> dict[str, str]:
        """What is not set as wanted, with what it should be."""
        return {name: to for name, to in wanted.items() if self.settings.get(name, "") != to}


def wanted_settings(public_url: str, *, with_calls: bool) -> dict[str, str]:
    """Where texts go, and calls if they are to come to us too.

    An application set on the number would make the carrier ignore the URLs, so there is to be none.
    """
    webhooks = f"{public_url}/webhooks/twilio"
    texts = {
        "sms_url": f"{webhooks}/message{CONNECTION_OVERRIDES}",
        "sms_method": "POST",
        "sms_application_sid": "",
    }
    calls = {
        "voice_url": f"{webhooks}/voice",
        "voice_method": "POST",
        "voice_application_sid": "",
    }
    return texts | calls if with_calls else texts
