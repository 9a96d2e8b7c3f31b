"""Refusals as the carrier's error bodies."""

from __future__ import annotations

from http import HTTPStatus

from clientcomm_simulator.adapters.asgi import Reply, json_reply
from clientcomm_simulator.domain.refusals import Refusal


def error_reply(refusal: Refusal) -> Reply:
    reply = json_reply(
        {
            "code": refusal.code,
            "message": refusal.sentence,
            "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}",
            "status": refusal.status,
        },
        refusal.status,
    )
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        reply.headers.append((b"www-authenticate", b'Basic realm="Twilio API"'))
    return reply
