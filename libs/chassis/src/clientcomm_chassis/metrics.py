"""Prometheus figures; names are constants, labels are never personal."""

from collections.abc import Sequence

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, generate_latest

_PREFIX = "clientcomm_"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)


def counter(name: str, meaning: str, labels: Sequence[str] = ()) -> Counter:
    """A figure that only grows; exported as `clientcomm_<name>_total`."""
    return Counter(_PREFIX + name, meaning, labels)


def gauge(name: str, meaning: str, labels: Sequence[str] = ()) -> Gauge:
    """A figure that goes up and down; exported as `clientcomm_<name>`."""
    return Gauge(_PREFIX + name, meaning, labels)


def seconds(name: str, meaning: str, labels: Sequence[str] = ()) -> Histogram:
    """How long something took; exported as `clientcomm_<name>_seconds`."""
    return Histogram(_PREFIX + name + "_seconds", meaning, labels, buckets=_SECONDS)


def exposition() -> bytes:
    """All figures of this process in Prometheus' text form."""
    return generate_latest(REGISTRY)
