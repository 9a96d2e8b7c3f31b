import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from clientcomm_chassis import configure_logging
from clientcomm_contracts.correlation import correlated

NUMBER = "+12025550123"


@pytest.fixture
def lines(capfdbinary: pytest.CaptureFixture[bytes]) -> Iterator[Any]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logging("sms", "sender")
    yield lambda: [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


def test_a_line_is_json_and_says_where_it_comes_from(lines: Any) -> None:
    with correlated("abc"):
        structlog.get_logger().info("receipt_recorded", state="sent")

    [line] = lines()
    assert line["event"] == "receipt_recorded"
    assert line["state"] == "sent"
    assert (line["service"], line["role"], line["level"]) == ("sms", "sender", "info")
    assert line["correlation_id"] == "abc"
    assert line["timestamp"].endswith("Z")


def test_an_exception_is_logged_by_type_and_place_without_its_text(lines: Any) -> None:
    try:
        int(NUMBER + "x")
    except ValueError:
        structlog.get_logger().exception("failed")

    [line] = lines()
    assert line["exception_type"] == "ValueError"
    assert "test_an_exception_is_logged" in line["where"][-1]
    assert NUMBER not in json.dumps(line)


def test_what_libraries_log_has_its_pattern_and_no_values(lines: Any) -> None:
    logging.getLogger("some.library").warning("could not send to %s", NUMBER)
    logging.getLogger("some.library").error(f"sent to {NUMBER}")  # noqa: G004 - as libraries do

    first, second = lines()
    assert first["pattern"] == "could not send to %s"
    assert first["library"] == second["library"] == "some.library"
    assert NUMBER not in json.dumps([first, second])


def test_an_exception_in_a_library_has_no_text_either(lines: Any) -> None:
    try:
        int(NUMBER + "x")
    except ValueError:
        logging.getLogger("some.library").exception("failed for %s", NUMBER)

    [line] = lines()
    assert line["exception_type"] == "ValueError"
    assert NUMBER not in json.dumps(line)


@pytest.mark.parametrize("name", ["twilio.http_client", "urllib3", "httpx", "aio_pika", "aiormq"])
def test_talkative_libraries_are_quiet(lines: Any, name: str) -> None:
    logging.getLogger(name).info("POST Request: To=%s", NUMBER)
    logging.getLogger(name).debug("POST Request: To=%s", NUMBER)

    assert lines() == []
