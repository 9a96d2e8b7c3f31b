"""Whether a request was signed by the carrier, from settings alone."""

from twilio.request_validator import RequestValidator, get_signature_algorithm

from clientcomm_sms.adapters.webhooks.forms import Form


class Signatures:
    """Checks requests against the public URL that the carrier was given, not the one it used."""

    def __init__(self, auth_token: str, public_url: str) -> None:
        self._validator = RequestValidator(auth_token)
        self._public_url = public_url.rstrip("/")

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
        url = f"{self._public_url}{path}?{query}" if query else f"{self._public_url}{path}"
        try:
            algorithm = get_signature_algorithm(settings)
            if isinstance(params, str) and "bodySHA256=" not in query:
                return False
            if not isinstance(params, str) and "bodySHA256=" in query:
                return False
            return bool(signature) and bool(
                self._validator.validate(url, params, signature, algorithm)
            )
        except (TypeError, ValueError, AttributeError, KeyError):
            return False
