"""The carrier's forms: parsed once, blank values kept, strictly UTF-8."""

from collections.abc import Iterator
from urllib.parse import parse_qsl

MOST_FIELDS = 500


class Form:
    """Fields in the order in which they came; the signature needs every value of a name."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def getall(self, name: str) -> list[str]:
        """All values of a name; the validator looks for a method of this name first."""
        return self._values.get(name, [])

    def get(self, name: str) -> str:
        """The first value, or an empty one."""
        return self._values.get(name, [""])[0]


def parse_form(body: bytes) -> Form:
    """Read a form. Raises ValueError (UnicodeDecodeError too) for anything odd."""
    return Form(
        parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    )
