import pytest
from pydantic import ValidationError

from clientcomm_chassis import ServiceSettings

DATABASE = "postgresql://sms:geheim@127.0.0.1/sms"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("CLIENTCOMM_SERVICE_DATABASE_URL", DATABASE)
    monkeypatch.setenv("CLIENTCOMM_AMQP_URL", "amqp://sms:geheim@127.0.0.1/x")
    monkeypatch.setenv("CLIENTCOMM_HEALTH_PORT", "8123")
    return monkeypatch


def test_settings_come_from_the_environment(environment: pytest.MonkeyPatch) -> None:
    settings = ServiceSettings()

    assert settings.service_database_url.get_secret_value() == DATABASE
    assert settings.health_port == 8123


def test_secrets_are_not_shown(environment: pytest.MonkeyPatch) -> None:
    assert "geheim" not in repr(ServiceSettings())


def test_a_wrong_setting_is_refused_without_quoting_it(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CLIENTCOMM_HEALTH_PORT", "geheim")

    with pytest.raises(ValidationError) as refused:
        ServiceSettings()

    assert "geheim" not in str(refused.value)
