"""Media of a message: list, fetch, bytes, delete."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from clientcomm_simulator.adapters.asgi import Call, Reply, Routes, json_reply
from clientcomm_simulator.adapters.media_files import MediaFiles
from clientcomm_simulator.application.ports import Journal
from clientcomm_simulator.domain.faults import Knob
from clientcomm_simulator.domain.messages import Media
from clientcomm_simulator.domain.network import Network
from clientcomm_simulator.domain.refusals import Refusal

from .dates import Days
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

    def routes(self) -> Routes:
        return {
            ("GET", "Messages/*/Media"): self.list,
            ("GET", "Messages/*/Media/*.json"): self.fetch,
            ("GET", "Messages/*/Media/*"): self.content,
            ("DELETE", "Messages/*/Media/*"): self.delete,
            ("DELETE", "Messages/*/Media/*.json"): self.delete,
        }

    async def list(self, call: Call) -> Reply:
        message = self.messages.find(call.sids[0])
        days = Days.of(call.query, "DateCreated")
        known = [self.network.media.get(sid) for sid in message.media]
        wanted = [media for media in known if media and days.hold(media.created_at)]
        items = [media_json(media, self.network.account_sid) for media in wanted]
        account = self.network.account_sid
        path = f"/2010-04-01/Accounts/{account}/Messages/{message.sid}/Media.json"
        return json_reply(plain_page("media_list", items, path=path, query=call.query))

    async def fetch(self, call: Call) -> Reply:
        return json_reply(media_json(self._find(call), self.network.account_sid))

    async def delete(self, call: Call) -> Reply:
        media = self._find(call)
        del self.network.media[media.sid]
        self.files.drop(media.sid)
        self.journal.write({"kind": "media_deleted", "sid": media.sid})
        return Reply(204)

    async def content(self, call: Call) -> Reply:
        """The bytes; here the faults of media strike."""
        faults = self.network.faults
        if faults.strikes(Knob.MEDIA_MISSING):
            raise Refusal(20404, call.sids[1])
        media = self._find(call)
        slow = faults.strikes(Knob.MEDIA_SLOW)
        if slow:
            await asyncio.sleep(slow.seconds)
        moved = faults.strikes(Knob.MEDIA_REDIRECT)
        if moved:
            there = moved.location or f"{self.base_url}/simulator/media/{media.sid}"
            return Reply(307, b"", [(b"location", there.encode())])
        kind = (b"content-type", media.content_type.encode("latin-1", "replace"))
        huge = faults.strikes(Knob.MEDIA_HUGE)
        if huge:
            return Reply(200, bytes(huge.size), [kind])
        return Reply(200, self.files.read(media.sid), [kind])

    def _find(self, call: Call) -> Media:
        message_sid, sid = call.sids
        self.messages.find(message_sid)
        media = self.network.media.get(sid)
        if media is None or media.message_sid != message_sid:
            raise Refusal(20404, sid)
        return media
