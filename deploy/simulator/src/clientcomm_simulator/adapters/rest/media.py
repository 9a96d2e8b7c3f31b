"""Media of a message: list, fetch, bytes, delete."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ...application.ports import Journal
from ...domain.faults import Knob
from ...domain.messages import Media
from ...domain.network import Network
from ...domain.refusals import Refusal
from ..asgi import Call, Reply, json_reply
from ..media_files import MediaFiles
from .message_json import media_json
from .messages import Messages
from .paging import plain_page


@dataclass(frozen=True, slots=True)
class MediaResource:
    network: Network
    messages: Messages
    journal: Journal
    files: MediaFiles
    base_url: str

    def list(self, message_sid: str, call: Call) -> Reply:
        message = self.messages.find(message_sid)
        known = [self.network.media.get(sid) for sid in message.media]
        items = [media_json(media, self.network.account_sid) for media in known if media]
        account = self.network.account_sid
        path = f"/2010-04-01/Accounts/{account}/Messages/{message_sid}/Media.json"
        return json_reply(plain_page("media_list", items, path=path, query=call.query))

    def fetch(self, message_sid: str, sid: str) -> Reply:
        return json_reply(media_json(self._find(message_sid, sid), self.network.account_sid))

    def delete(self, message_sid: str, sid: str) -> Reply:
        media = self._find(message_sid, sid)
        del self.network.media[media.sid]
        self.files.drop(media.sid)
        self.journal.write({"kind": "media_deleted", "sid": sid})
        return Reply(204)

    async def content(self, message_sid: str, sid: str) -> Reply:
        """The bytes; here the faults of media strike."""
        faults = self.network.faults
        if faults.strikes(Knob.MEDIA_MISSING):
            raise Refusal(20404, sid)
        media = self._find(message_sid, sid)
        slow = faults.strikes(Knob.MEDIA_SLOW)
        if slow:
            await asyncio.sleep(slow.seconds)
        moved = faults.strikes(Knob.MEDIA_REDIRECT)
        if moved:
            there = moved.location or f"{self.base_url}/simulator/media/{sid}"
            return Reply(307, b"", [(b"location", there.encode())])
        kind = (b"content-type", media.content_type.encode("latin-1", "replace"))
        huge = faults.strikes(Knob.MEDIA_HUGE)
        if huge:
            return Reply(200, bytes(huge.size), [kind])
        return Reply(200, self.files.read(sid), [kind])

    def _find(self, message_sid: str, sid: str) -> Media:
        self.messages.find(message_sid)
        media = self.network.media.get(sid)
        if media is None or media.message_sid != message_sid:
            raise Refusal(20404, sid)
        return media
