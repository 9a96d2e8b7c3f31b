"""A carrier and a clock that tests hold in their hands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Lock

from clientcomm_sms.domain.carrier import (
    Accepted,
    CarrierAway,
    CarrierMedia,
    CarrierText,
    Outcome,
)
from clientcomm_sms.domain.texts import Attempt


class HandClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class FakeCarrier:
    """Takes texts and lists them; `answer` decides what the caller is told, and may raise."""

    def __init__(self) -> None:
        self.taken: list[CarrierText] = []
        self.submitted: list[Attempt] = []
        self.media: dict[str, list[CarrierMedia]] = {}
        self.answer: Callable[[Attempt], Outcome | None] = lambda _attempt: None
        self.takes: Callable[[Attempt], bool] = lambda _attempt: True
        self.is_away = False
        self._lock = Lock()

    def close(self) -> None:
        """Nothing to close."""

    def submit(self, attempt: Attempt) -> Outcome:
        with self._lock:
            self.submitted.append(attempt)
            outcome = self.answer(attempt)
            if not self.takes(attempt):
                assert outcome is not None
                return outcome
            text = self.take(attempt.number_from, attempt.number_to, attempt.body)
        return outcome or Accepted(text.sid, "queued", 1)

    def take(
        self,
        number_from: str,
        number_to: str,
        body: str,
        *,
        direction: str = "outbound-api",
        num_media: int = 0,
    ) -> CarrierText:
        text = CarrierText(
            sid=f"SM{len(self.taken):032x}",
            direction=direction,
            number_from=number_from,
            number_to=number_to,
            body=body,
            status="sent" if direction == "outbound-api" else "received",
            error_code=None,
            date_created=datetime.now(UTC),
            segments=1,
            num_media=num_media,
        )
        self.taken.append(text)
        return text

    def change(self, sid: str, **what: object) -> None:
        self.taken = [
            replace(t, **what) if t.sid == sid else t  # type: ignore[arg-type]  # any field
            for t in self.taken
        ]

    def look_up(self, sid: str) -> CarrierText | None:
        self._check()
        return next((text for text in self.taken if text.sid == sid), None)

    def list_between(
        self, *, number_from: str | None, number_to: str | None, since: datetime
    ) -> list[CarrierText]:
        self._check()
        return [
            text
            for text in reversed(self.taken)
            if number_from in {None, text.number_from}
            and number_to in {None, text.number_to}
            and text.date_created >= since
        ]

    def media_of(self, sid: str) -> list[CarrierMedia]:
        self._check()
        return self.media.get(sid, [])

    def _check(self) -> None:
        if self.is_away:
            raise CarrierAway("away")
