"""Texts that a department answers with by itself, where it has no wording of its own.

For clients, so chosen by their language and not by the reader's; in GSM-7, one or two segments.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from clientcomm_conversations.domain.failure_words import N_


class AutomaticText(StrEnum):
    """Occasions on which a department answers by itself."""

    UNKNOWN_SENDER = "unknown_sender"
    HELP = "help"
    # Only in the department's own words (rule 2.10): whom to call is theirs to say.
    OUTSIDE_OFFICE_HOURS = "outside_office_hours"
    # The same (rule 2.13a): why they write is theirs to say.
    FIRST_TEXT = "first_text"
    TRANSFERRED = "transferred"


FALLBACK_LANGUAGE = "en"
_FIELD = re.compile(r"\{(\w+)\}")

_BUILT_IN: Mapping[str, Mapping[AutomaticText, str]] = MappingProxyType(
    {
        "en": {
            AutomaticText.UNKNOWN_SENDER: N_(
                "{department}: we got your text but do not know this number yet. Someone will "
                "read it and answer in office hours. In an emergency call 911. "
                "Reply STOP for no more texts."
            ),
            AutomaticText.HELP: N_(
                "{department}: texts from your case manager come from this number. Reply here "
                "and it will be read in office hours. Reply STOP for no more texts."
            ),
            AutomaticText.TRANSFERRED: N_(
                "{department}: {case_manager} is your case manager now. You can go on texting "
                "to this number. Reply STOP for no more texts."
            ),
        },
        "es": {
            AutomaticText.UNKNOWN_SENDER: N_(
                "{department}: recibimos su mensaje pero no conocemos este número. Alguien lo "
                "leerá y contestará en horas de oficina. En una emergencia llame al 911. "
                "Responda STOP para no recibir más."
            ),
            AutomaticText.HELP: N_(
                "{department}: desde este número le escribe su oficial. Responda aquí y lo "
                "leeremos en horas de oficina. Responda STOP para no recibir más."
            ),
            AutomaticText.TRANSFERRED: N_(
                "{department}: ahora su oficial es {case_manager}. Puede seguir escribiendo a "
                "este mismo número. Responda STOP para no recibir más."
            ),
        },
    }
)


def automatic_text(
    which: AutomaticText,
    *,
    department_name: str,
    languages: tuple[str | None, ...],
    own: Mapping[str, Mapping[AutomaticText, str | None]],
    **names: str,
) -> str | None:
    """The department's wording in the first of these languages, else the built-in one.

    An empty wording of the department's own means no answer: None. `names`: what else the wording
    may mention, by field.
    """
    for language in (*languages, FALLBACK_LANGUAGE):
        if language is None:
            continue
        wording = own.get(language, {}).get(which)
        if wording is None:
            wording = _BUILT_IN.get(language, {}).get(which)
        if wording is not None:
            return _filled(wording, {"department": department_name, **names}) or None
    return None


def _filled(wording: str, names: Mapping[str, str]) -> str:
    """One pass, so that a brace in somebody's name is nothing but a brace."""
    return _FIELD.sub(lambda field: names.get(field[1], field[0]), wording)
