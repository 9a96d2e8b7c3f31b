"""The HTTP status that a refusal is answered with, on pages and by the API alike."""

from clientcomm_contracts.faults import Refused

_UNPROCESSABLE = 422
_STATUS_OF = {
    "invalid": 422,
    "not_found": 404,
    "conflict": 409,
    "not_allowed": 403,
    "reused_key": 422,
    "too_many": 429,
}


def status_of(refused: Refused) -> int:
    """By its kind; an owner may know kinds that are new to us."""
    return _STATUS_OF.get(refused.kind, _UNPROCESSABLE)
