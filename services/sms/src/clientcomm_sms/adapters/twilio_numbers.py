"""The numbers in Twilio's account and their webhooks, by its official client."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.response import Response
from twilio.rest import Client

from clientcomm_sms.adapters.carrier_http import CarrierHttpClient, NoAnswer, NotWritten
from clientcomm_sms.application.set_numbers import CarrierSaysNo
from clientcomm_sms.domain.number_settings import NumberAtCarrier


class TwilioNumbers:
    """Lists and changes the account's numbers; every call blocks. Raises CarrierSaysNo."""

    def __init__(self, *, account_sid: str, auth_token: str, api_url: str) -> None:
        self._http = CarrierHttpClient()
        client = Client(account_sid, auth_token, http_client=self._http)
        client.api.base_url = api_url.rstrip("/")
        self._numbers = client.incoming_phone_numbers
        self._api_url = api_url

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def listed(self, names: Mapping[str, str]) -> dict[str, NumberAtCarrier]:
        """Every number of the account, with its settings of these names."""
        with self._told_plainly():
            return {
                str(found.phone_number): NumberAtCarrier(
                    sid=str(found.sid),
                    value=str(found.phone_number),
                    settings={name: str(getattr(found, name) or "") for name in names},
                )
                for found in self._numbers.stream()
            }

    def change(self, number: NumberAtCarrier, settings: Mapping[str, str]) -> None:
        """Set these on one number."""
        with self._told_plainly():
            self._numbers(number.sid).update(**settings)

    @contextmanager
    def _told_plainly(self) -> Iterator[None]:
        try:
            yield
        except (TwilioRestException, TwilioServiceException) as error:
            raise CarrierSaysNo(_refusal(error.status, error.code, _words(error))) from error
        except (NotWritten, NoAnswer) as error:
            raise CarrierSaysNo(f"no answer from {self._api_url}") from error
        except (TwilioException, ValueError, KeyError, TypeError, AttributeError) as error:
            refusal = _refusal_of_a_page(error)
            words = refusal or f"{self._api_url} does not answer as the carrier does"
            raise CarrierSaysNo(words) from error


def _refusal(status: object, code: object, words: object) -> str:
    return f"the carrier refused ({status}, code {code or 'none'}): {words or 'no reason given'}"


def _words(error: TwilioRestException | TwilioServiceException) -> object:
    return getattr(error, "msg", None) or getattr(error, "detail", None)


def _refusal_of_a_page(error: Exception) -> str | None:
    """The library hides what a refused page of a list said in the exception's arguments."""
    answer = next((given for given in error.args if isinstance(given, Response)), None)
    if answer is None:
        return None
    try:
        told = json.loads(answer.text)
        return _refusal(answer.status_code, told.get("code"), told.get("message"))
    except (ValueError, AttributeError):
        return _refusal(answer.status_code, None, None)
