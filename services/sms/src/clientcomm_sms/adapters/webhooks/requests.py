"""A carrier's request, ready to be stored: what it is about, and the key that it repeats under."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from clientcomm_contracts.values import LONGEST_INBOUND
from clientcomm_sms.adapters.webhooks.forms import Form, parse_form
from clientcomm_sms.domain.calls import NOBODY, Ringing
from clientcomm_sms.domain.inbound import MOST_MEDIA, Media, Received
from clientcomm_sms.domain.receipts import Receipt

_LONGEST_SID = 64


class Kind(StrEnum):
    """Which webhook it came to."""

    MESSAGE = "message"
    STATUS = "status"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """What is made durable before the answer; `raw` is the form as it came."""

    kind: Kind
    key: str
    token: UUID | None
    raw: bytes
    received_at: datetime
    form: Form | None = field(default=None, compare=False)

    def fields(self) -> Form:
        """The parsed form, parsed again only where it went through a store."""
        return parse_form(self.raw) if self.form is None else self.form


class Malformed(Exception):
    """A signed request that lacks what it must have."""


def stored(
    kind: Kind, form: Form, raw: bytes, *, token: UUID | None, at: datetime
) -> StoredRequest:
    """The request with its key. Raises Malformed."""
    match kind:
        case Kind.MESSAGE:
            key = _needed(form, "MessageSid", "From", "To")
        case Kind.STATUS:
            key = f"{_needed(form, 'MessageSid')} {_needed(form, 'MessageStatus')}"
        case Kind.VOICE:
            key = _needed(form, "CallSid", "From", "To")
    return StoredRequest(kind, key, token, raw, at, form)


def _needed(form: Form, *names: str) -> str:
    """The first of these fields, all of which must be there and short, without NUL."""
    for name in names:
        value = form.get(name)
        if not value or len(value) > _LONGEST_SID or "\0" in value:
            raise Malformed(name)
    return form.get(names[0])


def received_text(request: StoredRequest) -> Received:
    """An inbound text from its form."""
    form = parse_form(request.raw)
    return Received(
        sid=form.get("MessageSid"),
        number_from=form.get("From"),
        number_to=form.get("To"),
        body=form.get("Body").replace("\0", "")[:LONGEST_INBOUND],
        received_at=request.received_at,
        opt_out_type=form.get("OptOutType") or None,
        media=_media(form),
    )


def _media(form: Form) -> tuple[Media, ...]:
    count = form.get("NumMedia")
    most = min(int(count), MOST_MEDIA) if count.isascii() and count.isdigit() else 0
    found = (
        Media(form.get(f"MediaUrl{n}"), form.get(f"MediaContentType{n}").replace("\0", "")[:100])
        for n in range(most)
    )
    return tuple(media for media in found if media.url)


def receipt(request: StoredRequest) -> Receipt:
    """A status callback from its form."""
    form = request.fields()
    return Receipt(
        sid=form.get("MessageSid"),
        status=form.get("MessageStatus").lower(),
        token=request.token,
        error_code=form.get("ErrorCode").replace("\0", "")[:20] or None,
        received_at=request.received_at,
        raw=request.raw,
    )


def as_form(fields: Mapping[str, str]) -> bytes:
    """A form as the carrier would have sent it, for what was found by asking the carrier."""
    return urlencode(fields).encode()


_RANG = "ClientcommRang"


def with_rang(raw: bytes, rang: str) -> bytes:
    """The form of a call together with whom it was put through to."""
    return raw + b"&" + as_form({_RANG: rang})


def received_call(request: StoredRequest) -> Ringing:
    """A call from its form; its id and department follow."""
    form = parse_form(request.raw)
    return Ringing(
        id=UUID(int=0),
        sid=form.get("CallSid"),
        department_id=None,
        number_from=form.get("From"),
        number_to=form.get("To"),
        rang=(form.getall(_RANG) or [NOBODY])[-1],
        received_at=request.received_at,
    )
