import pytest
from pydantic import ValidationError

from clientcomm_local.settings import StackSettings, is_loopback, replicas


def test_addresses_follow_the_ports() -> None:
    settings = StackSettings(gateway_port=9000, sms_port=9001, simulator_port=9010)

    assert settings.gateway_url == "http://127.0.0.1:9000"
    assert settings.sms_url == "http://127.0.0.1:9001"
    assert settings.simulator_url == "http://127.0.0.1:9010"


def test_demo_data_is_refused_where_others_could_sign_in() -> None:
    with pytest.raises(ValidationError, match="not loopback"):
        StackSettings(demo=True, public_url="https://texts.example.org")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", True),
        ("http://127.8.8.8", True),
        ("http://[::1]:8000", True),
        ("http://clientcomm.localhost:8000", True),
        ("https://127.0.0.1.example.org", False),
        ("https://texts.example.org", False),
        ("https://localhost.example.org", False),
        ("http://10.0.0.1:8000", False),
    ],
)
def test_loopback_is_told_from_everything_else(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected


@pytest.mark.parametrize(
    ("environment", "role", "expected"),
    [
        ({}, "gateway", 1),
        ({"CLIENTCOMM_REPLICAS_GATEWAY": "3"}, "gateway", 3),
        ({"CLIENTCOMM_REPLICAS_SMS": "2"}, "sms-sender", 2),
        ({"CLIENTCOMM_REPLICAS_SMS": "2"}, "sms-webhooks", 2),
        (
            {"CLIENTCOMM_REPLICAS_SMS": "2", "CLIENTCOMM_REPLICAS_SMS_SENDER": "4"},
            "sms-sender",
            4,
        ),
        ({"CLIENTCOMM_REPLICAS_EXPORT": "0"}, "export", 0),
    ],
)
def test_a_role_has_as_many_processes_as_its_own_variable_or_its_services_says(
    environment: dict[str, str], role: str, expected: int
) -> None:
    assert replicas(environment, role) == expected


@pytest.mark.parametrize("value", ["-1", "many", "65", "1.5"])
def test_a_number_of_processes_that_makes_no_sense_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="CLIENTCOMM_REPLICAS_GATEWAY"):
        replicas({"CLIENTCOMM_REPLICAS_GATEWAY": value}, "gateway")
