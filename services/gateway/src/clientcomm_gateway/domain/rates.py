"""How many requests one token may make: a bucket that fills by itself."""

from dataclasses import dataclass


@dataclass(slots=True)
class Bucket:
    """Holds up to `burst` requests, filled with `rate` per second; times in seconds."""

    rate: float
    burst: float
    level: float
    filled_at: float

    @classmethod
    def full(cls, rate: float, burst: float, now: float) -> "Bucket":
        """A bucket nobody has drawn from."""
        return cls(rate, burst, burst, now)

    def draw(self, now: float) -> float:
        """Take one request; 0 if it may go on, else the seconds to wait."""
        self.level = min(self.burst, self.level + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.level >= 1:
            self.level -= 1
            return 0.0
        return (1 - self.level) / self.rate
