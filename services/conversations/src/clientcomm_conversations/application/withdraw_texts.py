"""What sms has not handed over yet is to stay with us; it answers with what it could keep back."""

from collections.abc import Sequence
from uuid import UUID

from clientcomm_contracts.sms import WithdrawTextsV1
from clientcomm_conversations.application.writing import Writer

_MESSAGES_PER_COMMAND = 1000


def withdraw_texts(writer: Writer, message_ids: Sequence[UUID]) -> None:
    """Ask sms for these texts, in as many commands as it takes; none for none."""
    for start in range(0, len(message_ids), _MESSAGES_PER_COMMAND):
        some = tuple(message_ids[start : start + _MESSAGES_PER_COMMAND])
        writer.publish(WithdrawTextsV1(message_ids=some))
