"""What sms tells: texts received, where sent ones are, opt-outs, attachments, calls."""

from collections.abc import Mapping
from typing import Any

from clientcomm_contracts.contract import Message
from clientcomm_contracts.sms import (
    CallReceivedV1,
    MediaStoredV1,
    OptOutRecordedV1,
    TextReceivedV1,
    TextsReportedV1,
)
from clientcomm_conversations.adapters.handlers import Writers
from clientcomm_conversations.application.apply_text_reports import apply_text_reports
from clientcomm_conversations.application.mark_calls import mark_calls
from clientcomm_conversations.application.receive_texts import receive_texts
from clientcomm_conversations.application.record_opt_outs import record_opt_outs
from clientcomm_conversations.application.store_attachments import store_attachments
from clientcomm_persistence.inbox import Handler

QUEUE = "conversations.from-sms.v1"
CONSUMER = "conversations.from-sms"
MESSAGES_AT_ONCE = 50
"""A message reports up to 100 texts, whose threads are locked until all of them are written."""


def handlers(writers: Writers) -> Mapping[type[Message], Handler[Any]]:
    """What to do with each event of sms."""
    return {
        TextReceivedV1: writers.handling(receive_texts),
        TextsReportedV1: writers.handling(apply_text_reports),
        OptOutRecordedV1: writers.handling(record_opt_outs),
        MediaStoredV1: writers.handling(store_attachments),
        CallReceivedV1: writers.handling(mark_calls),
    }
