"""What is refused about being away, in words for the person who asked."""

from datetime import datetime

from clientcomm_contracts.faults import Refused
from clientcomm_conversations.domain.failure_words import N_


def no_caseload() -> Refused:
    """Who has no clients needs nobody to cover."""
    return Refused(
        "no_caseload",
        N_("Only case managers can be covered. Ask an administrator for your roles."),
        kind="not_allowed",
    )


def cannot_cover() -> Refused:
    """The colleague must be able to answer in a department of the one who is away."""
    return Refused(
        "cannot_cover",
        N_("Choose an active case manager or supervisor of your department."),
        field="covered_by",
    )


def ends_before_it_begins() -> Refused:
    """A period has a length."""
    return Refused(
        "ends_before_it_begins",
        N_("The end has to be after the beginning. Choose a later end."),
        field="until",
    )


def is_over() -> Refused:
    """A period that is over covers nothing."""
    return Refused("is_over", N_("This time is over. Choose a later end."), field="until")


def begins_in_the_past() -> Refused:
    """What was read then cannot be changed."""
    return Refused(
        "begins_in_the_past",
        N_("The beginning is in the past. Choose a later one."),
        field="since",
    )


def too_long() -> Refused:
    """A year is longer than any leave; a transfer is meant."""
    return Refused(
        "away_too_long",
        N_("This is longer than a year. Transfer your clients instead."),
        field="until",
    )


def already_away(since: datetime, until: datetime) -> Refused:
    """One cover at a time."""
    return Refused(
        "already_away",
        N_("In a part of this time somebody covers already. End that period first."),
        kind="conflict",
        details={"since": since.isoformat(), "until": until.isoformat()},
    )
