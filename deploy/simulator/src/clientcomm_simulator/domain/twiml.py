"""What an application's answer tells the carrier to do."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

LARGEST_ANSWER = 64 * 1024


class NotTwiml(ValueError):
    """The answer is not a Response document; `code` is the carrier's."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Verb:
    name: str
    text: str
    attributes: dict[str, str]
    nouns: tuple[Verb, ...] = field(default=())

    def as_json(self) -> dict[str, object]:
        shown: dict[str, object] = {"verb": self.name, "text": self.text}
        if self.attributes:
            shown["attributes"] = self.attributes
        if self.nouns:
            shown["nouns"] = [noun.as_json() for noun in self.nouns]
        return shown


@dataclass(frozen=True, slots=True)
class Reply:
    """A text that the application answers with."""

    body: str
    media_urls: tuple[str, ...]
    to: str | None
    sender: str | None
    status_callback: str | None


def parse_twiml(answer: bytes) -> tuple[Verb, ...]:
    """The verbs of an answer, none when it is empty; raises NotTwiml."""
    if not answer.strip():
        return ()
    if len(answer) > LARGEST_ANSWER or b"<!DOCTYPE" in answer or b"<!ENTITY" in answer:
        raise NotTwiml(12100)
    try:
        root = ET.fromstring(answer)  # noqa: S314  document types are refused above
    except ET.ParseError as error:
        raise NotTwiml(12100) from error
    if root.tag != "Response":
        raise NotTwiml(12200)
    return tuple(_verb(child) for child in root)


def _verb(element: ET.Element) -> Verb:
    return Verb(
        name=element.tag,
        text=(element.text or "").strip(),
        attributes=dict(element.attrib),
        nouns=tuple(_verb(child) for child in element),
    )


def replies_in(verbs: tuple[Verb, ...]) -> list[Reply]:
    """The texts among the verbs of an answer."""
    return [_reply(verb) for verb in verbs if verb.name in {"Message", "Sms"}]


def _reply(verb: Verb) -> Reply:
    bodies = [noun.text for noun in verb.nouns if noun.name == "Body"]
    return Reply(
        body="".join(bodies) if bodies else verb.text,
        media_urls=tuple(noun.text for noun in verb.nouns if noun.name == "Media"),
        to=verb.attributes.get("to"),
        sender=verb.attributes.get("from"),
        status_callback=verb.attributes.get("action") or verb.attributes.get("statusCallback"),
    )
