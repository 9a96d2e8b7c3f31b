"""Who wants no more texts from whom."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class OptOuts:
    """Pairs of a scope (a number of ours, or a messaging service's sid) and a phone."""

    pairs: set[tuple[str, str]] = field(default_factory=set)

    def has(self, scope: str, phone: str) -> bool:
        return (scope, phone) in self.pairs

    def set(self, scope: str, phone: str, *, out: bool) -> None:
        if out:
            self.pairs.add((scope, phone))
        else:
            self.pairs.discard((scope, phone))
