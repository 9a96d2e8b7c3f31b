"""Looks for people in logs: no phone number, name or text of a run may stand in any of them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg

from clientcomm_testkit.stacks import RunningStack

_WORD = re.compile(r"[^\W\d_]{3,}")
_DIGITS = re.compile(r"\d{10,15}")
_NOT_DIGITS = re.compile(r"\D")
_NORTH_AMERICA = re.compile(r"1\d{10}")
_TEXT_LENGTH = 16
_SHOWN = 200

_NAMES = """
    SELECT first_name FROM client UNION SELECT last_name FROM client UNION
    SELECT regexp_split_to_table(full_name, ' ') FROM staff
"""
_NUMBERS = """
    SELECT value FROM client_number UNION SELECT number_from FROM message UNION
    SELECT number_to FROM message UNION
    SELECT number_from FROM quarantined_text UNION
    SELECT sender FROM conversation WHERE sender IS NOT NULL UNION
    SELECT desk_phone FROM staff WHERE desk_phone IS NOT NULL
"""
_TEXTS = """
    SELECT body FROM message UNION SELECT body FROM quarantined_text UNION
    SELECT body FROM mass_message UNION SELECT notes FROM conversation UNION
    SELECT note FROM assignment
"""
_SCHEDULED = "SELECT DISTINCT body FROM schedule"


@dataclass(frozen=True, slots=True)
class People:
    """What must not be found: whole words, whole numbers, beginnings of texts."""

    names: frozenset[str]
    numbers: frozenset[str]
    texts: tuple[str, ...]

    @classmethod
    def made_of(
        cls, *, names: Iterable[str], numbers: Iterable[str], texts: Iterable[str]
    ) -> "People":
        """Short names and texts are left out: they would be found anywhere."""
        digits = {_NOT_DIGITS.sub("", number) for number in numbers}
        # A number is also recognised without the country's code of North America.
        national = {number[1:] for number in digits if _NORTH_AMERICA.fullmatch(number)}
        beginnings = {text[:_TEXT_LENGTH] for text in texts if len(text) >= _TEXT_LENGTH}
        return cls(
            names=frozenset(word for name in names for word in _WORD.findall(name)),
            numbers=frozenset(digits | national),
            texts=tuple(sorted(beginnings)),
        )


def people_of(stack: RunningStack) -> People:
    """Everybody, and everything said, noted or meant to be said, in the stack's databases."""
    with (
        psycopg.connect(stack.owner_url("conversations")) as conversations,
        psycopg.connect(stack.owner_url("scheduler")) as scheduler,
    ):
        return People.made_of(
            names=_column(conversations, _NAMES),
            numbers=_column(conversations, _NUMBERS),
            texts=[*_column(conversations, _TEXTS), *_column(scheduler, _SCHEDULED)],
        )


def traces(logs: Mapping[str, str], people: People) -> list[str]:
    """Each line that names somebody, with the log that it stands in and what was found."""
    return [
        f"{name}:{number}: {'/'.join(found)}: {line[:_SHOWN]}"
        for name, text in logs.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if (found := _found(line, people))
    ]


def _found(line: str, people: People) -> Sequence[str]:
    return list(dict.fromkeys(_kinds(line, people)))


def _kinds(line: str, people: People) -> Iterator[str]:
    if not people.names.isdisjoint(_WORD.findall(line)):
        yield "name"
    if not people.numbers.isdisjoint(_DIGITS.findall(line)):
        yield "number"
    if any(text in line for text in people.texts):
        yield "text"


def _column(connection: psycopg.Connection, query: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(query.encode())]
