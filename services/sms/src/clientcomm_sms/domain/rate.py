"""The rate of a number in segments per second: a bucket that may go below nothing."""

_SHORTEST_BURST = 1.0


def refilled(tokens: float, *, rate: float, seconds: float) -> float:
    """Tokens after some seconds, up to one second's worth (at least one segment)."""
    return min(max(rate, _SHORTEST_BURST), tokens + rate * max(seconds, 0.0))


def seconds_until_free(tokens: float, *, rate: float) -> float:
    """How long until the next text may go; 0 if it may now."""
    return 0.0 if tokens > 0 else (-tokens + 1e-3) / rate
