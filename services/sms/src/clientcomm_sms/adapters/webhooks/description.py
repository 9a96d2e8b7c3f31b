"""What the public port of sms answers, as an OpenAPI document."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_SID = {"type": "string", "minLength": 1, "maxLength": 64}
_SIGNATURE = {
    "name": "X-Twilio-Signature",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "HMAC of the public URL and the fields, by the account's auth token.",
}
_REFUSALS: dict[str, object] = {
    "400": {"description": "A field is missing or odd."},
    "403": {"description": "Not signed by the carrier."},
    "404": {"description": "No such webhook."},
    "405": {"description": "Only POST."},
    "413": {"description": "Larger than 64 KiB."},
    "503": {"description": "Cannot be made durable now; to be sent again."},
}
_XML = {"text/xml": {"schema": {"type": "string"}}}


def _webhook(
    summary: str, required: Mapping[str, object], answer: Mapping[str, object]
) -> dict[str, object]:
    return {
        "post": {
            "summary": summary,
            "parameters": [_SIGNATURE],
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": {
                            "type": "object",
                            "required": list(required),
                            "properties": dict(required),
                            "additionalProperties": {"type": "string"},
                        }
                    }
                },
            },
            "responses": dict(answer) | _REFUSALS,
        }
    }


_TOKEN = {
    "name": "token",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
}
_TEXT = {"type": "string"}

DOCUMENT: dict[str, object] = {
    "openapi": "3.1.0",
    "info": {"title": "ClientComm: carrier webhooks", "version": "1"},
    "paths": {
        "/webhooks/twilio/message": _webhook(
            "A phone texted one of our numbers.",
            {"MessageSid": _SID, "From": _SID, "To": _SID, "Body": _TEXT},
            {"200": {"description": "Durable. An empty answer in TwiML.", "content": _XML}},
        ),
        "/webhooks/twilio/status/{token}": {
            "parameters": [_TOKEN],
            **_webhook(
                "The status of a text that we sent.",
                {"MessageSid": _SID, "MessageStatus": _SID},
                {"204": {"description": "Durable."}},
            ),
        },
        "/webhooks/twilio/voice": _webhook(
            "A phone calls one of our numbers.",
            {"CallSid": _SID, "From": _SID, "To": _SID},
            {"200": {"description": "Whom to ring, in TwiML.", "content": _XML}},
        ),
        "/media/{token}": {
            "get": {
                "summary": "A picture that we send, for a few hours.",
                "parameters": [{**_TOKEN, "schema": _TEXT}],
                "responses": {
                    "200": {"description": "The picture.", "content": {"*/*": {}}},
                    "404": {"description": "None, or the link is over."},
                },
            }
        },
    },
}


def description_routes() -> list[Route]:
    """`/webhooks/openapi.json`."""

    async def description(_request: Request) -> Response:
        return JSONResponse(DOCUMENT)

    return [Route("/webhooks/openapi.json", description)]
