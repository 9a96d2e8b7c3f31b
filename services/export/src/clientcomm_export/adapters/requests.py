"""What the gateway asks of export."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from clientcomm_chassis import Clock
from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.export import GetTranscript, TranscriptReply
from clientcomm_export.application.get_transcript import ThreadStore, get_transcript


class Requests:
    """Answers requests from the threads."""

    def __init__(self, store: ThreadStore, clock: Clock, *, patience: float = 5.0) -> None:
        self._store = store
        self._clock = clock
        self._patience = patience

    def handlers(self) -> Mapping[type[Request[Any]], Callable[[Any], Awaitable[Reply]]]:
        """By request."""
        return {GetTranscript: self.transcript}

    async def transcript(self, request: GetTranscript) -> TranscriptReply:
        """A page of a transcript."""
        return await get_transcript(
            request, self._store, now=self._clock.now(), patience=self._patience
        )
