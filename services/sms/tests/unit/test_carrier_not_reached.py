"""What fails before the request is written was certainly not taken, and may be tried again."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from services.sms.tests.unit.test_carrier_calls import a_carrier, an_attempt

from clientcomm_sms.adapters import carrier_http
from clientcomm_sms.domain.carrier import NotTaken

NOT_TAKEN = NotTaken("carrier_unreachable")


@contextmanager
def listening() -> Iterator[socket.socket]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server


def address(server: socket.socket) -> str:
    return f"https://127.0.0.1:{server.getsockname()[1]}"


def test_nobody_listening() -> None:
    with a_carrier("http://127.0.0.1:1") as carrier:
        assert carrier.submit(an_attempt()) == NOT_TAKEN


def test_a_name_that_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def not_found(host: object, *_: object, **__: object) -> None:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", not_found)

    with a_carrier("https://carrier.example.org") as carrier:
        assert carrier.submit(an_attempt()) == NOT_TAKEN
    assert asked == ["carrier.example.org"]


def test_a_tls_handshake_that_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier_http, "CONNECT_WITHIN", 0.3)

    with listening() as silent, a_carrier(address(silent)) as carrier:
        assert carrier.submit(an_attempt()) == NOT_TAKEN


def test_an_answer_that_is_not_tls() -> None:
    with listening() as plain:

        def greet() -> None:
            connection, _ = plain.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"220 mail.example.org ESMTP\r\n" * 20)

        greeting = threading.Thread(target=greet)
        greeting.start()
        with a_carrier(address(plain)) as carrier:
            assert carrier.submit(an_attempt()) == NOT_TAKEN
        greeting.join(60)
