"""Whether a request was signed by the carrier, from settings alone."""

import hmac
from urllib.parse import urlsplit, urlunsplit

from twilio.request_validator import RequestValidator, get_signature_algorithm

from clientcomm_sms.adapters.webhooks.forms import Form

_PORTS = {"https": 443, "http": 80}
_HASH = "bodySHA256="


class Signatures:
    """Checks requests against the public URL that the carrier was given, not the one it used.

    The carrier signs with or without the port; `RequestValidator.validate` tries both for each
    request, and so does this, but it takes the URLs apart only once.
    """

    def __init__(self, auth_token: str, public_url: str) -> None:
        self._validator = RequestValidator(auth_token)
        self._bases = _with_and_without_port(public_url.rstrip("/"))

    def is_genuine(
        self,
        *,
        path: str,
        query: str,
        params: Form | str,
        signature: str,
        settings: str,
    ) -> bool:
        """True only if everything fits; what the validator cannot digest does not.

        `params` is the parsed form, or the raw text of a JSON body, whose hash the URL carries.
        """
        if not signature or (_HASH in query) is isinstance(params, Form):
            return False
        rest = f"{path}?{query}" if query else path
        try:
            algorithm = get_signature_algorithm(settings)
            if isinstance(params, str):
                url = self._bases[0] + rest
                return bool(self._validator.validate(url, params, signature, algorithm))
            given = signature.encode("ascii")
            return any(
                hmac.compare_digest(self._signature(base + rest, params, algorithm), given)
                for base in self._bases
            )
        except (TypeError, ValueError, AttributeError, KeyError):
            return False

    def _signature(self, url: str, params: Form, algorithm: str) -> bytes:
        signature: str = self._validator.compute_signature(url, params, algorithm)
        return signature.encode("ascii")


def _with_and_without_port(base: str) -> tuple[str, ...]:
    parts = urlsplit(base)
    host = parts.netloc.rpartition("@")[2]
    bare = host.rsplit(":", 1)[0] if parts.port else host
    port = parts.port or _PORTS.get(parts.scheme, 80)
    hosts = (host, bare, f"{bare}:{port}")
    return tuple(dict.fromkeys(urlunsplit(parts._replace(netloc=name)) for name in hosts))
