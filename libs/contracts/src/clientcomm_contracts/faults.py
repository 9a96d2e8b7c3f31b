"""The two faults that every service understands: a refusal, and something being away."""

from collections.abc import Mapping


class Refused(Exception):
    """An expected no: a code for programs and a plain sentence for the person who asked.

    `kind` says which family it is (`invalid`, `not_found`, `conflict`, `not_allowed`, `reused_key`,
    `too_many`); edges turn it into their own form. `field` names the input at fault, `details`
    holds what a page needs to help (ids and names, never message text).
    """

    def __init__(
        self,
        code: str,
        sentence: str,
        *,
        kind: str = "invalid",
        field: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.kind = kind
        self.field = field
        self.details: Mapping[str, object] = details or {}


class Unavailable(Exception):
    """The database or the broker is away; the same call may succeed later, nothing was done."""


def not_found(what: str) -> Refused:
    """The answer for what does not exist and for what the asker may not see (rule 1.2)."""
    return Refused("not_found", f"This {what} does not exist, or is not yours.", kind="not_found")
