"""Twilio as the carrier: its official client, and what its answers mean (architecture §5)."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from clientcomm_sms.adapters.carrier_http import CarrierHttpClient, NoAnswer, NotWritten
from clientcomm_sms.domain.carrier import (
    Accepted,
    Ambiguous,
    CarrierAway,
    CarrierMedia,
    CarrierText,
    NotTaken,
    Outcome,
    Rejected,
)
from clientcomm_sms.domain.carrier_codes import TOO_MANY_REQUESTS
from clientcomm_sms.domain.own_codes import OwnCode, http_code
from clientcomm_sms.domain.texts import Attempt

_PAGE = 200
_SAME_CLOCK = timedelta(seconds=2)
_TOO_MANY = 429
_NOT_FOUND = 404
_FIRST_CARRIER_CODE = 10_000

StatusUrl = Callable[[Attempt], str]
MediaUrl = Callable[[str], str]


class TwilioCarrier:
    """One client object for all threads."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        api_url: str,
        status_url: StatusUrl,
        media_url: MediaUrl,
    ) -> None:
        self._http = CarrierHttpClient()
        client = Client(account_sid, auth_token, http_client=self._http)
        client.api.base_url = api_url.rstrip("/")
        self._messages = client.messages
        self._client = client
        self._behind = timedelta()
        self._status_url = status_url
        self._media_url = media_url

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def submit(self, attempt: Attempt) -> Outcome:
        """Hand a text over, once; whatever is not certain is ambiguous."""
        options: dict[str, object] = {}
        if attempt.body:
            options["body"] = attempt.body
        if attempt.media_keys:
            options["media_url"] = [self._media_url(key) for key in attempt.media_keys]
        if attempt.validity_seconds is not None:
            options["validity_period"] = attempt.validity_seconds
        try:
            message = self._messages.create(
                to=attempt.number_to,
                from_=attempt.number_from,
                status_callback=self._status_url(attempt),
                **options,
            )
        except NotWritten:
            return NotTaken(OwnCode.CARRIER_UNREACHABLE)
        except NoAnswer:
            return Ambiguous(OwnCode.NO_ANSWER)
        except (TwilioRestException, TwilioServiceException) as error:
            return _refusal(error)
        except (TwilioException, ValueError, KeyError, TypeError, AttributeError):
            return Ambiguous(OwnCode.UNREADABLE_ANSWER)
        if not message.sid:
            return Ambiguous(OwnCode.UNREADABLE_ANSWER)
        self._compare_clocks(message)
        return Accepted(message.sid, str(message.status or "queued"), _number(message.num_segments))

    def look_up(self, sid: str) -> CarrierText | None:
        """One text; None if the carrier does not know it."""
        try:
            return self._text(self._messages.get(sid).fetch())
        except (TwilioRestException, TwilioServiceException) as error:
            if error.status == _NOT_FOUND:
                return None
            raise CarrierAway(str(error.status)) from error
        except (NotWritten, NoAnswer, TwilioException, ValueError) as error:
            raise CarrierAway(type(error).__name__) from error

    def list_between(
        self, *, number_from: str | None, number_to: str | None, since: datetime
    ) -> list[CarrierText]:
        """Texts made since then, newest first; no DateSent filter, unsent texts have no date."""
        numbers: dict[str, str] = {}
        if number_from is not None:
            numbers["from_"] = number_from
        if number_to is not None:
            numbers["to"] = number_to
        try:
            return list(self._since(self._messages.stream(page_size=_PAGE, **numbers), since))
        except (NotWritten, NoAnswer, TwilioException, ValueError) as error:
            raise CarrierAway(type(error).__name__) from error

    def media_of(self, sid: str) -> list[CarrierMedia]:
        """The attachments of an inbound text."""
        try:
            media = self._messages.get(sid).media.list()
        except (NotWritten, NoAnswer, TwilioException, ValueError) as error:
            raise CarrierAway(type(error).__name__) from error
        base = self._client.api.base_url
        return [
            CarrierMedia(base + str(m.uri).removesuffix(".json"), str(m.content_type))
            for m in media
        ]

    def _since(self, messages: Iterable[MessageInstance], since: datetime) -> Iterable[CarrierText]:
        for message in messages:
            text = self._text(message)
            if text.date_created < since:
                return
            yield text

    def _text(self, message: MessageInstance) -> CarrierText:
        """With its time by our clock, where the carrier's is behind."""
        return _as_text(message, _created(message) + self._behind)

    def _compare_clocks(self, message: MessageInstance) -> None:
        """A text just made says how far the carrier's clock is behind ours.

        One that is ahead does no harm: its texts only seem younger than the attempts they match.
        """
        behind = datetime.now(UTC) - _created(message)
        self._behind = behind if behind > _SAME_CLOCK else timedelta()


def _refusal(error: TwilioRestException | TwilioServiceException) -> Outcome:
    status, code = int(error.status), int(error.code or 0)
    if status == _TOO_MANY:
        return NotTaken(TOO_MANY_REQUESTS)
    if 400 <= status < 500 and code >= _FIRST_CARRIER_CODE:  # noqa: PLR2004 - the class of refusals
        return Rejected(str(code))
    return Ambiguous(http_code(status))


def _created(message: MessageInstance) -> datetime:
    created = message.date_created
    if not isinstance(created, datetime):
        return datetime.now(UTC)
    return created if created.tzinfo else created.replace(tzinfo=UTC)


def _as_text(message: MessageInstance, created: datetime) -> CarrierText:
    return CarrierText(
        sid=str(message.sid),
        direction=str(message.direction),
        number_from=str(message.from_ or ""),
        number_to=str(message.to or ""),
        body=message.body or "",
        status=str(message.status),
        error_code=None if message.error_code is None else str(message.error_code),
        date_created=created,
        segments=_number(message.num_segments),
        num_media=_number(message.num_media) or 0,
    )


def _number(value: object) -> int | None:
    try:
        return int(str(value)) if value is not None else None
    except ValueError:
        return None
