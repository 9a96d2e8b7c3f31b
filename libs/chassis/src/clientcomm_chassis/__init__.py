"""Being a well-behaved process: settings, logging, lifecycle, health, metrics."""

from clientcomm_chassis.clock import Clock, FileOffsetClock, SystemClock, clock_of
from clientcomm_chassis.commands import Command, Parked, main, parked_commands
from clientcomm_chassis.components import Background, Component
from clientcomm_chassis.failpoints import failpoint
from clientcomm_chassis.health import Checks, checks_of, health_routes
from clientcomm_chassis.ids import new_id
from clientcomm_chassis.lifecycle import run_process, running
from clientcomm_chassis.logs import configure_logging
from clientcomm_chassis.metrics import counter, exposition, gauge, seconds
from clientcomm_chassis.serving import HttpServer, serve_http
from clientcomm_chassis.settings import ServiceSettings
from clientcomm_chassis.traces import continued, new_traceparent

__all__ = [
    "Background",
    "Checks",
    "Clock",
    "Command",
    "Component",
    "FileOffsetClock",
    "HttpServer",
    "Parked",
    "ServiceSettings",
    "SystemClock",
    "checks_of",
    "clock_of",
    "configure_logging",
    "continued",
    "counter",
    "exposition",
    "failpoint",
    "gauge",
    "health_routes",
    "main",
    "new_id",
    "new_traceparent",
    "parked_commands",
    "run_process",
    "running",
    "seconds",
    "serve_http",
]
