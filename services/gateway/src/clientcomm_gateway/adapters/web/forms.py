"""Forms as they come: read once, checked for their origin, and given back when something fails."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

import orjson
from starlette.datastructures import FormData
from starlette.requests import Request

from clientcomm_contracts.faults import Refused
from clientcomm_contracts.people import RepeatKey
from clientcomm_gateway.adapters.web.speech import Speech
from clientcomm_gateway.adapters.web.views import Form
from clientcomm_gateway.domain.origins import OwnOrigin
from clientcomm_gateway.domain.secrets import is_masked
from clientcomm_gateway.domain.words import N_

_MOST_FIELDS = 60_000
_NOT_TYPED = frozenset({"csrf_token", "repeat_key"})
_ANOTHER = N_(
    "This form was sent before with something else in it. "
    "Look at what came of that, then send this as well if it is new."
)
_SECRET = frozenset({"password", "current_password", "new_password", "new_password_again"})
_SAFE_SITES = frozenset({"same-origin", "none"})


class Forged(Exception):
    """A form without the token of this session: of an old page, or not of ours at all."""


class FromElsewhere(Forged):
    """A form that the browser says came from another site; nothing in it is shown again."""


class SignedOut(Exception):
    """A form of someone whose session has ended while they wrote."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of a form that was sent, and where to."""

    data: FormData
    path: str

    def text(self, name: str) -> str:
        """One field, an empty string if it is not there."""
        value = self.data.get(name)
        return value if isinstance(value, str) else ""

    def line(self, name: str) -> str:
        """One field without the blanks around it."""
        return self.text(name).strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of a field that may come many times."""
        return tuple(value for value in self.data.getlist(name) if isinstance(value, str))

    def ids(self, name: str) -> tuple[UUID, ...]:
        """The same as ids, each once, in order; what is no id is left out."""
        found = (id_of(value) for value in self.texts(name))
        return tuple(dict.fromkeys(one for one in found if one is not None))

    @property
    def repeat_key(self) -> RepeatKey:
        """What makes sending the form again harmless; its hash covers where to and what."""
        typed = sorted(pair for pair in self.pairs() if pair[0] not in _NOT_TYPED)
        canonical = orjson.dumps([self.path, typed])
        key = self.line("repeat_key")[:255] or uuid4().hex
        return RepeatKey(key=key, body_hash=hashlib.sha256(canonical).hexdigest())

    def pairs(self) -> Iterable[tuple[str, str]]:
        """All text fields in order, passwords aside."""
        return (
            (name, value)
            for name, value in self.data.multi_items()
            if isinstance(value, str) and name not in _SECRET
        )

    def values(self) -> Mapping[str, str]:
        """What was typed, to be shown again."""
        return {name: value for name, value in self.pairs() if name not in _NOT_TYPED}


def fresh_form(values: Mapping[str, str] | None = None) -> Form:
    """A form nobody has sent yet."""
    return Form(repeat_key=uuid4().hex, values=values or {})


def refused_form(typed: Typed, refused: Refused, speech: Speech, fields: Sequence[str]) -> Form:
    """The form again, with what was typed and each refusal beside its field."""
    key, is_another = typed.line("repeat_key"), refused.kind == "reused_key"
    if is_another or not key:
        key = uuid4().hex
    sentence = speech.say(_ANOTHER if is_another else refused.sentence)
    if refused.field in fields:
        also = refused.details.get("also")
        others = also if isinstance(also, Mapping) else {}
        errors = {name: speech.say(str(others[name])) for name in fields if name in others}
        return Form(key, typed.values(), {str(refused.field): sentence, **errors})
    return Form(key, typed.values(), problem=sentence)


def form_again(typed: Typed, refused: Refused, speech: Speech, fields: Sequence[str]) -> Form:
    """The same for what can be mended in the form; what cannot is raised again."""
    if not is_ours_to_show(refused):
        raise refused
    return refused_form(typed, refused, speech, fields)


def is_ours_to_show(refused: Refused) -> bool:
    """Whether a refusal belongs beside a field rather than on a page of its own."""
    return refused.kind not in {"not_found", "not_allowed"}


def field_refused(field: str, sentence: str) -> Refused:
    """A field that cannot be as it was typed."""
    return Refused("invalid", sentence, field=field)


async def read_form(request: Request) -> Typed:
    """The fields of a POST; raises Refused for text that no database can hold."""
    data = await request.form(max_fields=_MOST_FIELDS, max_files=0)
    typed = Typed(data, request.url.path)
    for _, value in typed.pairs():
        if "\0" in value:
            raise Refused("invalid_text", N_("The text contains a character that cannot be sent."))
    return typed


def check_origin(request: Request, origin: OwnOrigin) -> bool:
    """Whether the browser vouches for a page of ours; False if it says nothing.

    Raises FromElsewhere.
    """
    named = request.headers.get("origin")
    if named is not None:
        if not origin.includes(named):
            raise FromElsewhere
        return True
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in _SAFE_SITES:
        raise FromElsewhere
    return site is not None


def check_token(request: Request, typed: Typed, expected: str) -> None:
    """The token of the form, or of the script's header. Raises Forged."""
    given = request.headers.get("x-csrf-token") or typed.text("csrf_token")
    if not is_masked(given, expected):
        raise Forged


def id_of(text: str | None) -> UUID | None:
    """An id in its usual form, or None."""
    try:
        return UUID(text) if text and len(text) == len(str(UUID(int=0))) else None
    except ValueError:
        return None
