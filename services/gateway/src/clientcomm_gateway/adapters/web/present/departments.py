"""A department's settings as a form, and the form as settings."""

from collections.abc import Mapping
from datetime import date

from pydantic import ValidationError

from clientcomm_contracts.conversations.departments import (
    Colour,
    DepartmentDetail,
    DepartmentLabel,
    DepartmentList,
    DepartmentRules,
    OwnReplies,
)
from clientcomm_contracts.conversations.events import QuietHours
from clientcomm_contracts.conversations.office import OfficeHours, OpenHours
from clientcomm_gateway.adapters.web.forms import Typed, field_refused, id_of
from clientcomm_gateway.adapters.web.speech import Speech, calendar_of, language_words
from clientcomm_gateway.adapters.web.views import Choice, DayRow, LabelRow, ReplyRow
from clientcomm_gateway.domain.words import N_

DAYS = tuple(OfficeHours.model_fields)
REPLY_LANGUAGES = ("en", "es")
REPLIES = {
    "unknown_sender": N_("To the first text of an unknown number"),
    "help": N_("To HELP"),
    "outside_office_hours": N_("To a first text outside office hours"),
    "first_text": N_("To a client who is added"),
}
_IN_OWN_WORDS_ONLY = {
    "outside_office_hours": N_("Empty: none is sent. Say when texts are read, and whom to call."),
    "first_text": N_("Empty: none is sent. Say who writes, why, and that STOP and HELP work."),
}
COLOURS = {
    Colour.GRAY: N_("Gray"),
    Colour.RED: N_("Red"),
    Colour.ORANGE: N_("Orange"),
    Colour.YELLOW: N_("Yellow"),
    Colour.GREEN: N_("Green"),
    Colour.TEAL: N_("Teal"),
    Colour.BLUE: N_("Blue"),
    Colour.VIOLET: N_("Violet"),
}
_MINUTES = 60
_NEW_LINES = 3
_MOST_LABELS = 100
_MOST_HOLIDAYS = 500


def values_of(department: DepartmentDetail) -> dict[str, str]:
    """What the fields show at first."""
    rules = department.rules
    values = {
        "department_name": department.department_name,
        "time_zone": department.time_zone,
        "fallback_phone": department.fallback_phone or "",
        "language": rules.language,
        "quiet_starts": rules.quiet_hours.starts,
        "quiet_ends": rules.quiet_hours.ends,
        "escalate_hours": f"{rules.escalate_after_minutes / _MINUTES:g}",
        "holidays": "\n".join(day.isoformat() for day in rules.holidays),
    }
    for day in DAYS:
        hours = getattr(rules.office_hours, day)
        values[f"{day}_starts"] = hours.starts if hours else ""
        values[f"{day}_ends"] = hours.ends if hours else ""
    for language, own in rules.automatic_replies.items():
        for which in REPLIES:
            values[f"{which}_{language}"] = getattr(own, which) or ""
    return values


def rules_typed(typed: Typed, before: DepartmentRules) -> DepartmentRules:
    """The rules of the form. Raises Refused beside the field at fault."""
    return DepartmentRules(
        language=typed.line("language")[:10] or before.language,
        automatic_replies={**before.automatic_replies, **_replies(typed)},
        carrier_answers_help=not typed.line("answers_help"),
        quiet_hours=_quiet(typed, before.quiet_hours),
        office_hours=OfficeHours(**{day: _hours(typed, day) for day in DAYS}),
        holidays=_holidays(typed),
        escalate_after_minutes=_minutes(typed),
    )


def day_rows(speech: Speech) -> tuple[DayRow, ...]:
    """The days from Monday on, in words."""
    names = calendar_of(speech.language).days
    return tuple(DayRow(day, names[place]) for place, day in enumerate(DAYS))


def reply_rows(silent: Mapping[str, bool], speech: Speech) -> tuple[ReplyRow, ...]:
    """Every automatic text in every language of the built-in ones."""
    return tuple(
        ReplyRow(
            name=f"{which}_{language}",
            label=f"{speech.say(words)} ({language_words(language, speech.language)})",
            hint=speech.say(_IN_OWN_WORDS_ONLY.get(which, "")),
            has_built_in=which not in _IN_OWN_WORDS_ONLY,
            is_silent=silent.get(f"{which}_{language}", False),
        )
        for language in REPLY_LANGUAGES
        for which, words in REPLIES.items()
    )


def silent_of(rules: DepartmentRules) -> dict[str, bool]:
    """Which automatic texts are turned off."""
    return {
        f"{which}_{language}": getattr(own, which) == ""
        for language, own in rules.automatic_replies.items()
        for which in REPLIES
    }


def label_rows(labels: tuple[DepartmentLabel, ...], speech: Speech) -> tuple[LabelRow, ...]:
    """The entries, and some empty lines for new ones."""
    known = [
        LabelRow(
            place=place,
            id=str(label.id),
            label=label.label,
            colours=_colours(label.colour, speech),
            follow_up_days=str(label.follow_up_days or ""),
            is_offered=label.is_offered,
            is_default=label.is_default,
        )
        for place, label in enumerate(labels)
    ]
    fresh = [
        LabelRow(
            place, "", "", _colours(Colour.GRAY, speech), "", is_offered=True, is_default=False
        )
        for place in range(len(known), len(known) + _NEW_LINES)
    ]
    return tuple(known + fresh)


def labels_typed(typed: Typed, which: DepartmentList) -> tuple[DepartmentLabel, ...]:
    """The entries of a list's form; lines without a name are left out."""
    default = typed.line("default")
    found = []
    for place in range(_MOST_LABELS):
        name = typed.line(f"label_{place}")
        if not name:
            continue
        try:
            found.append(
                DepartmentLabel(
                    id=id_of(typed.line(f"id_{place}")),
                    label=name,
                    colour=Colour(typed.line(f"colour_{place}") or Colour.GRAY),
                    follow_up_days=_days(typed, place, which),
                    is_offered=bool(typed.line(f"offered_{place}")),
                    is_default=default == str(place),
                )
            )
        except (ValidationError, ValueError):
            raise field_refused(
                "labels", N_("Use names up to 60 characters and 1 to 365 days.")
            ) from None
    return tuple(found)


def _colours(chosen: Colour, speech: Speech) -> tuple[Choice, ...]:
    return tuple(
        Choice(colour.value, speech.say(words), colour is chosen)
        for colour, words in COLOURS.items()
    )


def _days(typed: Typed, place: int, which: DepartmentList) -> int | None:
    written = typed.line(f"days_{place}")
    return int(written) if written and which is DepartmentList.STATUSES else None


def _replies(typed: Typed) -> dict[str, OwnReplies]:
    found = {}
    for language in REPLY_LANGUAGES:
        texts = {which: _reply(typed, f"{which}_{language}") for which in REPLIES}
        found[language] = OwnReplies(**texts)
    return found


def _reply(typed: Typed, name: str) -> str | None:
    """None: the built-in text; empty: no answer."""
    if typed.line(f"silent_{name}"):
        return ""
    written = typed.text(name).replace("\r\n", "\n").strip()
    if len(written) > 1600:  # noqa: PLR2004 - rule 3.1
        raise field_refused(name, N_("This is too long. Shorten it."))
    return written or None


def _quiet(typed: Typed, before: QuietHours) -> QuietHours:
    try:
        return QuietHours(
            starts=typed.line("quiet_starts")[:5] or before.starts,
            ends=typed.line("quiet_ends")[:5] or before.ends,
        )
    except ValidationError:
        raise field_refused("quiet_starts", N_("Type times as 08:00 and 17:00.")) from None


def _hours(typed: Typed, day: str) -> OpenHours | None:
    starts, ends = typed.line(f"{day}_starts")[:5], typed.line(f"{day}_ends")[:5]
    if not starts and not ends:
        return None
    try:
        return OpenHours(starts=starts, ends=ends)
    except ValidationError:
        raise field_refused(
            f"{day}_starts", N_("Type both times, as 08:00 and 17:00, or none for a closed day.")
        ) from None


def _holidays(typed: Typed) -> tuple[date, ...]:
    lines = typed.text("holidays").split()[:_MOST_HOLIDAYS]
    try:
        return tuple(date.fromisoformat(line) for line in lines)
    except ValueError:
        raise field_refused("holidays", N_("Type one date a line, as 2026-12-25.")) from None


def _minutes(typed: Typed) -> int:
    written = typed.line("escalate_hours").replace(",", ".") or "0"
    try:
        minutes = round(float(written) * _MINUTES)
    except (ValueError, OverflowError):
        minutes = -1
    if not 0 <= minutes <= _MINUTES * 24 * 31:
        raise field_refused("escalate_hours", N_("Type a number of hours, or 0 for never."))
    return minutes
