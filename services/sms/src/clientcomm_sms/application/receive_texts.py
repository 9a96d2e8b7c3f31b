"""Understand inbound texts that are durable: whose number, what tag, which attachments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from clientcomm_chassis import Clock
from clientcomm_contracts.sms import InboundMedia, TextReceivedV1
from clientcomm_contracts.values import TextTag
from clientcomm_persistence import Transaction
from clientcomm_sms.application.change_opt_out import ChangeOptOut
from clientcomm_sms.application.stores import BlockList, InboundTexts, Numbers
from clientcomm_sms.domain.inbound import MOST_MEDIA, Blocked, InboundText, NewMedia, Received
from clientcomm_sms.domain.opt_out_words import tag_of

_TEXTS = UUID("0f0b2a0e-7d0c-4b76-8a52-9a6a4e5c2f10")
_DECISIVE = frozenset({TextTag.STOP, TextTag.START, TextTag.SUSPECTED_REFUSAL})


def id_of(sid: str) -> UUID:
    """The id of an inbound text follows from the carrier's, so that it is the same every time."""
    return uuid5(_TEXTS, sid)


class ReceiveTexts:
    """Stores each text once, changes the block list in the same transaction, and tells of both."""

    def __init__(
        self,
        texts: InboundTexts,
        numbers: Numbers,
        block_list: BlockList,
        change: ChangeOptOut,
        clock: Clock,
    ) -> None:
        self._texts = texts
        self._numbers = numbers
        self._block_list = block_list
        self._change = change
        self._clock = clock

    async def __call__(self, tx: Transaction, received: Sequence[Received]) -> None:
        """Texts in the order in which they arrived."""
        known = await self._texts.known(tx, [text.sid for text in received])
        fresh = list({t.sid: t for t in received if t.sid not in known}.values())
        departments = await self._numbers.departments_of(tx, {t.number_to for t in fresh})
        blocked = await self._block_list.of(tx, sorted(_pairs(fresh, departments)))
        read = [_read(text, departments.get(text.number_to), blocked) for text in fresh]
        await self._texts.add(tx, [item.text for item in read])
        await self._texts.add_media(tx, [media for item in read for media in item.media])
        changes = [item.change for item in read if item.change is not None]
        if changes:
            await self._change(tx, changes)
        now = self._clock.now()
        for item in read:
            tx.publish(_event(item, now=now))


@dataclass(frozen=True, slots=True)
class _Read:
    text: InboundText
    media: list[NewMedia]
    change: Blocked | None
    is_opted_out: bool


def _pairs(texts: Iterable[Received], departments: Mapping[str, UUID]) -> set[tuple[UUID, str]]:
    return {(departments[t.number_to], t.number_from) for t in texts if t.number_to in departments}


def _read(
    text: Received, department_id: UUID | None, blocked: dict[tuple[UUID, str], Blocked]
) -> _Read:
    """One text, given what those before it in the batch made of the block list."""
    before = blocked.get((department_id, text.number_from)) if department_id else None
    is_opted_out = before is not None and before.is_opted_out
    tag = tag_of(text.body, is_opted_out=is_opted_out, carrier_type=text.opt_out_type)
    stored = _inbound(text, department_id, tag)
    change = None
    if department_id is not None and tag in _DECISIVE:
        change = _blocked(department_id, text.number_from, tag, is_opted_out=is_opted_out)
        blocked[department_id, text.number_from] = change
        is_opted_out = change.is_opted_out
    return _Read(stored, _media(stored.id, text), change, is_opted_out)


def _inbound(text: Received, department_id: UUID | None, tag: TextTag | None) -> InboundText:
    return InboundText(
        id=id_of(text.sid),
        sid=text.sid,
        department_id=department_id,
        number_from=text.number_from,
        number_to=text.number_to,
        body=text.body,
        received_at=text.received_at,
        tag=tag,
        num_media=len(text.media),
    )


def _media(inbound_id: UUID, text: Received) -> list[NewMedia]:
    return [
        NewMedia(
            id=uuid5(inbound_id, str(position)),
            inbound_id=inbound_id,
            position=position,
            url=media.url,
            content_type=media.content_type,
        )
        for position, media in enumerate(text.media[:MOST_MEDIA])
    ]


def _blocked(
    department_id: UUID, number: str, tag: TextTag | None, *, is_opted_out: bool
) -> Blocked:
    match tag:
        case TextTag.STOP:
            return Blocked(department_id, number, is_opted_out=True, how="text")
        case TextTag.START:
            return Blocked(department_id, number, is_opted_out=False, how="text")
        case _:
            return Blocked(department_id, number, is_opted_out=is_opted_out, is_doubtful=True)


def _event(item: _Read, *, now: datetime) -> TextReceivedV1:
    text = item.text
    return TextReceivedV1(
        aggregate_id=text.id,
        sequence=1,
        occurred_at=now,
        department_id=text.department_id,
        number_from=text.number_from,
        number_to=text.number_to,
        body=text.body,
        received_at=text.received_at,
        tag=text.tag,
        is_opted_out=item.is_opted_out,
        media=tuple(
            InboundMedia(id=m.id, content_type=m.content_type, position=m.position)
            for m in item.media
        ),
        carrier_id=text.sid,
    )
