"""JSON lines on standard output, each with its correlation id and none with a payload."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import orjson
import structlog

from clientcomm_contracts.correlation import correlation_id

_QUIET = ("twilio", "urllib3", "httpx", "httpcore", "aio_pika", "aiormq", "uvicorn", "asyncio")
# It logs an error per attempt to reach a broker that is away; the bus says so once.
_SILENT = ("aiormq.connection",)
_FRAMES = 6

Line = MutableMapping[str, Any]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure_logging(service: str, role: str, level: str = "INFO") -> None:
    """Send everything, also what libraries log, to standard output as JSON lines."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _origin(service, role),
            _exception_without_its_text,
            structlog.processors.JSONRenderer(serializer=_dump),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=_StandardOutput,
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_LibraryHandler()], level=logging.INFO, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _origin(service: str, role: str) -> structlog.typing.Processor:
    def add(_logger: Any, _method: str, line: Line) -> Line:
        line["service"], line["role"] = service, role
        if (correlation := correlation_id()) is not None:
            line["correlation_id"] = correlation
        return line

    return add


def _exception_without_its_text(_logger: Any, _method: str, line: Line) -> Line:
    """An exception's text may quote a person's data; its type and places do not."""
    given = line.pop("exc_info", None)
    if given:
        info = given if isinstance(given, tuple) else _exc_info(given)
        if info[0] is not None:
            line["exception_type"] = info[0].__name__
            line["where"] = places(info[2])
    return line


def _exc_info(given: object) -> ExcInfo | tuple[None, None, None]:
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    return sys.exc_info()


def places(trace: TracebackType | None) -> list[str]:
    """The last frames of a traceback as `module.function:line`, without any value."""
    frames = traceback.walk_tb(trace)
    named = [
        f"{frame.f_globals.get('__name__')}.{frame.f_code.co_name}:{line}" for frame, line in frames
    ]
    return named[-_FRAMES:]


def _dump(line: Line, **_options: Any) -> bytes:
    return orjson.dumps(line, default=str, option=orjson.OPT_NON_STR_KEYS)


class _StandardOutput:
    """Writes each line at once and whole, to whatever standard output is then."""

    def __init__(self, *_names: object) -> None:
        self.debug = self.info = self.warning = self.error = self.critical = self.msg

    def msg(self, line: bytes) -> None:
        """Write a line."""
        out = sys.stdout.buffer
        out.write(line + b"\n")
        out.flush()


class _LibraryHandler(logging.Handler):
    """Passes on what libraries log: the constant pattern, never the values put into it."""

    def emit(self, record: logging.LogRecord) -> None:
        pattern = record.msg if isinstance(record.msg, str) and record.args else "library_message"
        log = structlog.get_logger()
        method = {logging.INFO: log.info, logging.WARNING: log.warning}.get(
            record.levelno, log.error
        )
        method(
            "library_message",
            library=record.name,
            pattern=pattern,
            place=f"{record.module}:{record.lineno}",
            exc_info=record.exc_info,
        )
