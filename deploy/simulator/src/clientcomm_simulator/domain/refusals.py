"""The carrier's refusals: a code, an HTTP status, and a sentence."""

from __future__ import annotations

from http import HTTPStatus

_BAD, _UNAUTHORIZED, _NOT_FOUND, _BUSY, _BROKEN = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
)

REFUSALS: dict[int, tuple[int, str]] = {
    20001: (_BAD, "Parameter {what} is not valid"),
    20003: (_UNAUTHORIZED, "Authenticate"),
    20004: (HTTPStatus.METHOD_NOT_ALLOWED, "Method not allowed"),
    20009: (_BAD, "The resource {what} cannot be changed or deleted before it is final"),
    20404: (_NOT_FOUND, "The requested resource {what} was not found"),
    20429: (_BUSY, "Too Many Requests"),
    20500: (_BROKEN, "An internal server error has occurred"),
    21201: (_BAD, "No 'To' number is specified"),
    21205: (_BAD, "Url parameter is required"),
    21211: (_BAD, "The 'To' number {what} is not a valid phone number"),
    21212: (_BAD, "The 'From' number {what} is not a valid phone number or sender"),
    21266: (_BAD, "'To' and 'From' number cannot be the same: {what}"),
    21408: (_BAD, "Sending to the region of the 'To' number {what} is not enabled"),
    21421: (_BAD, "The phone number {what} is not valid"),
    21422: (_BAD, "The phone number {what} is already in use"),
    21602: (_BAD, "Message body is required"),
    21603: (_BAD, "A 'From' phone number or a messaging service is required"),
    21604: (_BAD, "A 'To' phone number is required"),
    21606: (_BAD, "The 'From' phone number {what} is not a message-capable number of this account"),
    21609: (_BAD, "The 'StatusCallback' URL {what} is not a valid URL"),
    21610: (_BAD, "Attempt to send to unsubscribed recipient"),
    21611: (_BAD, "The 'From' number {what} has exceeded the maximum number of queued messages"),
    21612: (_BAD, "The message cannot be routed from {what}"),
    21614: (_BAD, "The 'To' number {what} cannot receive text messages"),
    21617: (_BAD, "The concatenated message body exceeds the 1600 character limit"),
    21620: (_BAD, "Invalid media URL(s)"),
    21623: (_BAD, "Number of media files exceeds allowed limit"),
    21624: (_BAD, "Invalid validity period value"),
    21701: (_BAD, "The messaging service {what} does not exist"),
    21703: (_BAD, "The messaging service {what} has no phone number to send from"),
    21710: (HTTPStatus.CONFLICT, "The phone number {what} is already in the messaging service"),
    30409: (HTTPStatus.CONFLICT, "The message {what} is not scheduled and cannot be canceled"),
    35114: (_BAD, "Scheduling does not support this timestamp"),
    63007: (_BAD, "No channel is configured for the 'From' address {what}"),
}


class Refusal(Exception):
    """The carrier declines: `code` as in its list of errors, `status` as in HTTP."""

    def __init__(self, code: int, what: str = "", *, status: int | None = None) -> None:
        super().__init__(code)
        usual_status, sentence = REFUSALS[code]
        self.code = code
        self.status = int(usual_status) if status is None else status
        self.sentence = sentence.format(what=what)
