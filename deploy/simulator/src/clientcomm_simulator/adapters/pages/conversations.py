"""What the phones' page shows: phones with their latest text, and one phone's conversation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from clientcomm_simulator.adapters.rest.message_json import explain
from clientcomm_simulator.domain.book import Filter
from clientcomm_simulator.domain.messages import Message
from clientcomm_simulator.domain.network import Network
from clientcomm_simulator.domain.status import Direction

_MOST_PHONES = 60
_MOST_TEXTS = 100


@dataclass(frozen=True, slots=True)
class Picture:
    sid: str
    content_type: str

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")


@dataclass(frozen=True, slots=True)
class Bubble:
    """One text as the phone's owner sees it; `state` is empty for what the phone sent."""

    sid: str
    body: str
    is_mine: bool
    is_carriers_own: bool
    is_on_phone: bool
    at: float
    state: str
    reason: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class PhoneRow:
    number: str
    preview: str
    at: float


@dataclass(frozen=True, slots=True)
class Conversations:
    network: Network

    def phones(self, digits: str = "") -> list[PhoneRow]:
        """Phones with the latest text first, those whose number holds the digits."""
        wanted = "".join(letter for letter in digits if letter.isdigit())
        ours = self.network.senders.senders
        numbers = (
            number
            for number in reversed(self.network.book.phones)
            if wanted in number and number not in ours
        )
        return [self._row(number) for number in islice(numbers, _MOST_PHONES)]

    def lines(self, phone: str) -> list[str]:
        """Our numbers, those that this phone knows first."""
        known = dict.fromkeys(message.line for message in self._texts(phone) if message.line)
        return list(dict.fromkeys([*known, *self.network.senders.senders]))

    def thread(self, phone: str, line: str) -> list[Bubble]:
        """The latest texts between the phone and a number of ours, oldest first."""
        texts = (message for message in self._texts(phone) if message.line == line)
        return [self._bubble(message) for message in islice(texts, _MOST_TEXTS)][::-1]

    def _row(self, number: str) -> PhoneRow:
        latest = next(self._texts(number))
        return PhoneRow(number, latest.body or "Picture", latest.created_at)

    def _texts(self, phone: str) -> Iterator[Message]:
        """All texts of a phone, newest first."""
        book = self.network.book
        received = book.newest_first(Filter(to=phone), below=None, fits=lambda _: True)
        sent = book.newest_first(Filter(sender=phone), below=None, fits=lambda _: True)
        return _merged(received, sent)

    def _bubble(self, message: Message) -> Bubble:
        is_mine = message.direction is Direction.INBOUND
        known = (self.network.media.get(sid) for sid in message.media)
        return Bubble(
            sid=message.sid,
            body=message.body,
            is_mine=is_mine,
            is_carriers_own=message.is_carriers_own,
            is_on_phone=is_mine or message.status in {"sent", "delivered"},
            at=message.created_at,
            state="" if is_mine else message.status.value,
            reason=explain(message.error_code) or "",
            pictures=tuple(Picture(media.sid, media.content_type) for media in known if media),
        )


def _merged(first: Iterator[Message], second: Iterator[Message]) -> Iterator[Message]:
    """Two runs of texts, both newest first, as one."""
    one, other = next(first, None), next(second, None)
    while one or other:
        if other is None or (one is not None and one.ordinal > other.ordinal):
            if one is not None:
                yield one
            one = next(first, None)
        else:
            yield other
            other = next(second, None)
