"""The correlation id and the trace that a piece of work belongs to, from browser to carrier."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_correlation_id: ContextVar[str | None] = ContextVar("correlation_id", default=None)
_traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)


def correlation_id() -> str | None:
    """The id that ties together all that one action of a person caused."""
    return _correlation_id.get()


def traceparent() -> str | None:
    """The W3C trace context of the work under way."""
    return _traceparent.get()


@contextmanager
def correlated(correlation: str | None, trace: str | None = None) -> Iterator[None]:
    """Everything inside belongs to this correlation id and trace."""
    correlation_token = _correlation_id.set(correlation)
    trace_token = _traceparent.set(trace)
    try:
        yield
    finally:
        _traceparent.reset(trace_token)
        _correlation_id.reset(correlation_token)
