"""The one-time code that guards the set-up of an empty installation."""

import base64
import hashlib
import hmac

_LETTERS = 16
_GROUP = 4


def set_up_code(secret_key: str) -> str:
    """80 bits that one can read out and type; the same in every process of an installation."""
    mark = hmac.new(secret_key.encode(), b"set-up code", hashlib.sha256).digest()
    text = base64.b32encode(mark).decode().lower()[:_LETTERS]
    return "-".join(text[start : start + _GROUP] for start in range(0, _LETTERS, _GROUP))


def is_set_up_code(typed: str, secret_key: str) -> bool:
    """Whether this is the code, however its groups were typed; compared in constant time."""
    plain = "".join(typed.split()).replace("-", "").lower()
    expected = set_up_code(secret_key).replace("-", "")
    return hmac.compare_digest(plain.encode(errors="replace"), expected.encode())
