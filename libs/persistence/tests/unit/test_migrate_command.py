import pytest
from pydantic import SecretStr

from clientcomm_chassis import ServiceSettings
from clientcomm_persistence import migrate_command


def test_nothing_is_migrated_without_the_owners_address(
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = ServiceSettings(
        service_database_url=SecretStr("postgresql://x"),
        owner_database_url=None,
        amqp_url=SecretStr("amqp://x"),
    )

    assert migrate_command(lambda: settings, "no.such.package")([]) == 2
    assert "CLIENTCOMM_OWNER_DATABASE_URL" in capsys.readouterr().err
