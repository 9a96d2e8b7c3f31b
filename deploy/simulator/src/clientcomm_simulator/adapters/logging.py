"""Logs as JSON lines, without anything personal in them."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime

import orjson

_SHOWN = ("error_type", "port", "count")


class JsonLines(logging.Formatter):
    """Time, level, event, and the few fields that are known to be harmless."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "service": "simulator",
            "event": record.getMessage().strip(),
        }
        line |= {name: getattr(record, name) for name in _SHOWN if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            line["error_type"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return orjson.dumps(line).decode()


def _where(record: logging.LogRecord) -> str:
    """File and line of the innermost frame; never the exception's text, which may quote a text."""
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""


def configure_logging() -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("mail.log", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
