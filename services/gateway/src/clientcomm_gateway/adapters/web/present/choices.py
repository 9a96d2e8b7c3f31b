"""Options of selects that several pages share."""

from zoneinfo import available_timezones

from clientcomm_contracts.conversations.directory import MeReply
from clientcomm_contracts.conversations.views import DepartmentView
from clientcomm_gateway.adapters.web.speech import Speech, language_words, zone_words
from clientcomm_gateway.adapters.web.views import Choice

LANGUAGES = ("en", "es", "ar", "fr", "ht", "ko", "pt", "ru", "so", "tl", "vi", "zh")
_ZONES = (
    "America/New_York",
    "America/Detroit",
    "America/Indiana/Indianapolis",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "Pacific/Guam",
)


def language_choices(chosen: str, speech: Speech) -> tuple[Choice, ...]:
    """Languages that clients speak; one that is not listed stays as it is."""
    codes = LANGUAGES if not chosen or chosen in LANGUAGES else (*LANGUAGES, chosen)
    return tuple(
        Choice(code, language_words(code, speech.language), code == chosen) for code in codes
    )


def zone_choices(chosen: str, speech: Speech) -> tuple[Choice, ...]:
    """Zones of the country; one that is not listed stays as it is.

    Zones of one name keep different clocks (Denver and Phoenix), so each is named with its city.
    """
    names = _ZONES if not chosen or chosen in _ZONES else (*_ZONES, chosen)
    return tuple(Choice(name, _zone_and_city(name, speech), name == chosen) for name in names)


def _zone_and_city(name: str, speech: Speech) -> str:
    words, city = zone_words(name, speech.language), name.rpartition("/")[2].replace("_", " ")
    return words if city in words else f"{words} ({city})"


def is_zone(name: str) -> bool:
    """Whether this is a time zone."""
    return name in available_timezones()


def department_choices(me: MeReply, chosen: str) -> tuple[Choice, ...]:
    """The departments in which one may add clients."""
    own = departments_to_add_in(me)
    return tuple(
        Choice(str(one.id), one.department_name, len(own) == 1 or str(one.id) == chosen)
        for one in own
    )


def departments_to_add_in(me: MeReply) -> tuple[DepartmentView, ...]:
    """Those in which one may add clients."""
    return tuple(one for one in me.departments if one.id in me.may_add_in)
