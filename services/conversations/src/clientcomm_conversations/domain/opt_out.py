"""What an inbound text's tag means for answers by machine, and the loop breaker (3.7, 3.8)."""

from datetime import timedelta

from clientcomm_contracts.values import TextTag
from clientcomm_conversations.domain.phone_numbers import is_automatic_sender

MOST_AUTOMATIC_REPLIES = 5
COUNTED_OVER = timedelta(hours=1)


def may_answer_by_itself(
    sender: str, *, tag: TextTag | None, is_opted_out: bool, sent_in_last_hour: int
) -> bool:
    """Whether a department's automatic reply may go to this sender.

    Never to machines (3.8), to who opted out or seems to refuse (3.7), nor as an answer to the
    words that the carrier answers; no more than 5 in an hour.
    """
    return (
        not is_automatic_sender(sender)
        and not is_opted_out
        and tag in {None, TextTag.HELP}
        and sent_in_last_hour < MOST_AUTOMATIC_REPLIES
    )
