"""How the pages speak to one person: language, dates, times, phone numbers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from gettext import NullTranslations
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from babel.core import Locale, UnknownLocaleError
from babel.dates import get_day_names, get_month_names, get_timezone_name
from phonenumbers import PhoneNumberFormat

from clientcomm_gateway.adapters.web.views import Moment

_A_WEEK = timedelta(days=6)
_HOME_COUNTRY_CODE = 1


@dataclass(frozen=True, slots=True)
class Calendar:
    """Names of days and months in one language."""

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    days: tuple[str, ...]
    short_days: tuple[str, ...]
    has_half_days: bool


@lru_cache
def calendar_of(language: str) -> Calendar:
    """The names, read once per language: formatting a hundred rows must take microseconds."""
    locale = Locale.parse(language)
    months = get_month_names("wide", locale=locale)
    short_months = get_month_names("abbreviated", locale=locale)
    days = get_day_names("wide", locale=locale)
    short_days = get_day_names("abbreviated", locale=locale)
    return Calendar(
        tuple(months[i] for i in range(1, 13)),
        tuple(short_months[i] for i in range(1, 13)),
        tuple(days[i] for i in range(7)),
        tuple(short_days[i] for i in range(7)),
        language == "en",
    )


@dataclass(frozen=True, slots=True)
class Speech:
    """One language, at one moment."""

    language: str
    translations: NullTranslations
    now: datetime

    def say(self, sentence: str) -> str:
        """The sentence in this language."""
        return self.translations.gettext(sentence) if sentence else ""

    def moment(self, at: datetime, zone: str) -> Moment:
        """An instant as it was, or will be, in a zone."""
        local = at.astimezone(zone_of(zone))
        today = self.now.astimezone(local.tzinfo).date()
        long = f"{self.day(local.date())}, {self.time(local)}"
        day = self._date(local.date())
        return Moment(at.isoformat(), self._short(local, today), long, self.time(local), day)

    def moment_or_none(self, at: datetime | None, zone: str) -> Moment | None:
        """The same, where there may be none."""
        return self.moment(at, zone) if at is not None else None

    def day(self, day: date) -> str:
        """A date with its weekday, in full."""
        names = calendar_of(self.language)
        weekday, month = names.days[day.weekday()], names.months[day.month - 1]
        if names.has_half_days:
            return f"{weekday}, {month} {day.day}, {day.year}"
        return f"{weekday}, {day.day} de {month} de {day.year}"

    def day_in(self, at: datetime, zone: str) -> str:
        """The date of an instant in a zone, in full."""
        return self.day(at.astimezone(zone_of(zone)).date())

    def time(self, local: datetime) -> str:
        """A time of day."""
        if not calendar_of(self.language).has_half_days:
            return f"{local.hour}:{local.minute:02}"
        return f"{local.hour % 12 or 12}:{local.minute:02} {'AM' if local.hour < 12 else 'PM'}"  # noqa: PLR2004 - noon

    def time_in(self, at: datetime, zone: str) -> str:
        """The time of day of an instant in a zone."""
        return self.time(at.astimezone(zone_of(zone)))

    def _date(self, day: date) -> str:
        names = calendar_of(self.language)
        month = names.short_months[day.month - 1]
        if names.has_half_days:
            return f"{month} {day.day}, {day.year}"
        return f"{day.day} {month} {day.year}"

    def _short(self, local: datetime, today: date) -> str:
        names = calendar_of(self.language)
        day = local.date()
        if day == today:
            return self.time(local)
        if abs(today - day) <= _A_WEEK:
            return f"{names.short_days[day.weekday()]} {self.time(local)}"
        month = names.short_months[day.month - 1]
        text = f"{month} {day.day}" if names.has_half_days else f"{day.day} {month}"
        return text if day.year == today.year else f"{text}, {day.year}"


@lru_cache(maxsize=1000)
def zone_of(name: str) -> ZoneInfo:
    """A time zone, UTC where the name is unknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=1000)
def zone_words(name: str, language: str) -> str:
    """What people call a zone; those of no place, like UTC, have their own name only."""
    zone = zone_of(name)
    if "/" not in zone.key or zone.key.startswith("Etc/"):
        return zone.key.removeprefix("Etc/")
    return get_timezone_name(zone, locale=Locale.parse(language))


@lru_cache(maxsize=20_000)
def phone_words(value: str) -> str:
    """A number as people write it: national for ours, international for others (rule 2.3)."""
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    form = (
        PhoneNumberFormat.NATIONAL
        if number.country_code == _HOME_COUNTRY_CODE
        else PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, form)


@lru_cache(maxsize=200)
def language_words(code: str, language: str) -> str:
    """What a language is called."""
    try:
        name = Locale.parse(code).get_display_name(language)
    except (ValueError, LookupError, UnknownLocaleError):
        name = None
    return (name or code).capitalize()
