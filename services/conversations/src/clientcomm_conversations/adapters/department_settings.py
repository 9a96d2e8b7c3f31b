"""The shape of a department's settings column."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from clientcomm_contracts.conversations.events import QuietHours


class RepliesInLanguage(BaseModel):
    """A department's own wording in one language; None: the built-in text, empty: no answer."""

    model_config = ConfigDict(frozen=True)

    unknown_sender: str | None = None
    help: str | None = None


class DepartmentSettings(BaseModel):
    """What an administrator set for a department; what is missing has its default."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    language: str = "en"
    automatic_replies: dict[str, RepliesInLanguage] = {}
    carrier_answers_help: bool = True
    quiet_hours: QuietHours = QuietHours()


_DEFAULT = DepartmentSettings()


def settings_of(column: Mapping[str, Any]) -> DepartmentSettings:
    """Read the column."""
    return DepartmentSettings.model_validate(column) if column else _DEFAULT
