"""The noes of export, each with what to do next."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clientcomm_contracts.faults import Refused


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "translate it where it is shown"
    """Mark a sentence for the catalogues of the pages."""
    return sentence


def odd_cursor() -> Refused:
    """A cursor that no page gave out."""
    return Refused(
        "invalid_cursor",
        N_("This page of the transcript does not exist. Start again at the first page."),
        field="cursor",
    )


def require_zone(name: str) -> ZoneInfo:
    """The IANA zone of this name. Raises Refused."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(
            "unknown_time_zone",
            N_(
                "This time zone is not known. "
                "Choose one from the list, for example America/New_York."
            ),
            field="time_zone",
        ) from None
