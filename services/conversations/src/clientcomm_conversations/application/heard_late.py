"""Words of texts whose department sms did not know: they hold all the same (rule 3.7)."""

from uuid import UUID

from clientcomm_contracts.sms import SetOptOutV1, TextReceivedV1
from clientcomm_contracts.values import TextTag
from clientcomm_conversations.application.quarantined_rows import OptOutStanding
from clientcomm_conversations.application.writing import Writer


async def heard_late(
    writer: Writer, event: TextReceivedV1, department_id: UUID, *, by_staff_id: UUID | None = None
) -> TextReceivedV1:
    """The text as one to this department, with how its sender stands to it.

    Sms is told of a STOP and of a suspected refusal, unless the sender said something newer to
    this department. `by_staff_id`: who filed the text, None if nobody had to.
    """
    standing = await writer.quarantine.opt_out(department_id, event.number_from)
    if _says_no(event) and not _is_answered(event, standing):
        order = SetOptOutV1(
            department_id=department_id,
            number=event.number_from,
            is_opted_out=event.tag is TextTag.STOP,
            is_doubtful=event.tag is TextTag.SUSPECTED_REFUSAL,
            by_staff_id=by_staff_id,
        )
        writer.publish(order)
    is_opted_out = standing is not None and standing.is_opted_out
    return event.model_copy(update={"department_id": department_id, "is_opted_out": is_opted_out})


def _says_no(event: TextReceivedV1) -> bool:
    return event.tag in {TextTag.STOP, TextTag.SUSPECTED_REFUSAL}


def _is_answered(event: TextReceivedV1, standing: OptOutStanding | None) -> bool:
    return standing is not None and (standing.is_opted_out or standing.since > event.received_at)
