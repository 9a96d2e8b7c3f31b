"""Lookup v2: whether a number is one, and what kind of line it is."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers

from clientcomm_simulator.adapters.asgi import Call, Reply, Routes, json_reply
from clientcomm_simulator.domain.network import Network
from clientcomm_simulator.domain.numbers import parse_number

_PACKAGES = (
    "caller_name",
    "sim_swap",
    "call_forwarding",
    "line_status",
    "identity_match",
    "reassigned_number",
    "sms_pumping_risk",
    "phone_number_quality_score",
    "pre_fill",
)


@dataclass(frozen=True, slots=True)
class Lookups:
    network: Network
    base_url: str

    def routes(self) -> Routes:
        return {("GET", "PhoneNumbers/*"): self.fetch}

    async def fetch(self, call: Call) -> Reply:
        asked = call.sids[0]
        number = parse_number(asked)
        wants_line = "line_type_intelligence" in call.query.get("Fields").split(",")
        content: dict[str, object] = {
            "calling_country_code": None,
            "country_code": None,
            "phone_number": number or asked,
            "national_format": None,
            "valid": number is not None,
            "validation_errors": [] if number else ["NOT_A_NUMBER"],
            "line_type_intelligence": self._line(number) if number and wants_line else None,
            "url": f"{self.base_url}/v2/PhoneNumbers/{asked}",
            **dict.fromkeys(_PACKAGES),
        }
        if number is not None:
            parsed = phonenumbers.parse(number)
            form = phonenumbers.PhoneNumberFormat.NATIONAL
            content["calling_country_code"] = str(parsed.country_code)
            content["country_code"] = phonenumbers.region_code_for_number(parsed)
            content["national_format"] = phonenumbers.format_number(parsed, form)
        return json_reply(content)

    def _line(self, number: str) -> dict[str, object]:
        return {
            "type": self.network.phone(number).line_type,
            "carrier_name": "Simulated",
            "mobile_country_code": "310",
            "mobile_network_code": "000",
            "error_code": None,
        }
