"""The noes of scheduler, each with what to do next."""

from clientcomm_contracts.faults import Refused


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "translate it where it is shown"
    """Mark a sentence for the catalogues of the pages."""
    return sentence


def message_empty() -> Refused:
    """Nothing to read (rule 3.1)."""
    return Refused("message_empty", N_("Write something before you send."), field="body")


def time_in_past() -> Refused:
    """The chosen instant is not ahead (rule 4.1)."""
    return Refused(
        "time_in_the_past",
        N_("This time has already passed. Choose a later time, or send the text now."),
        field="local_time",
    )


def time_too_far_ahead() -> Refused:
    """The chosen instant is over a year ahead (rule 4.1)."""
    return Refused(
        "time_too_far_ahead",
        N_("This time is more than one year ahead. Choose an earlier date."),
        field="local_time",
    )


def unknown_time_zone() -> Refused:
    """No zone has this name."""
    return Refused(
        "unknown_time_zone",
        N_("This time zone is not known. Choose one from the list, for example America/New_York."),
        field="time_zone",
    )


def already_handed_over() -> Refused:
    """It is on its way, or went."""
    return Refused(
        "already_handed_over",
        N_(
            "This text is already on its way and can no longer be changed. "
            "Its message in the conversation shows what became of it."
        ),
        kind="conflict",
    )


def already_canceled() -> Refused:
    """It was cancelled."""
    return Refused(
        "already_canceled",
        N_("This scheduled text was cancelled. Schedule a new one instead."),
        kind="conflict",
    )


def odd_cursor() -> Refused:
    """A cursor that no list gave out."""
    return Refused(
        "invalid_cursor", N_("This page of the list does not exist. Start again."), field="cursor"
    )
