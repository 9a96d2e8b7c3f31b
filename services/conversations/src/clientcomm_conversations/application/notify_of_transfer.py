"""The receiver of clients learns of it by e-mail, with the note (rule 2.9)."""

from uuid import UUID

from clientcomm_contracts.conversations.views import ConversationRow
from clientcomm_contracts.notices import Notice, NoticeKind, SendNoticesV1
from clientcomm_conversations.application.writing import Writer


async def notify_of_transfer(
    writer: Writer,
    *,
    to_staff_id: UUID,
    by_staff_id: UUID,
    count: int,
    note: str,
    row: ConversationRow | None = None,
) -> None:
    """One e-mail, however many conversations; none to who took the clients over themselves.

    `row` names the client of a single conversation.
    """
    if to_staff_id == by_staff_id:
        return
    names = await writer.staff_names([by_staff_id])
    details = {"by": names.get(by_staff_id, ""), "count": str(count), "note": note}
    if row is not None:
        details["client"] = f"{row.first_name} {row.last_name[:1]}".strip()
    notice = Notice(
        id=writer.new_id(),
        staff_id=to_staff_id,
        kind=NoticeKind.TRANSFERRED,
        department_id=row.department_id if row else None,
        conversation_id=row.id if row else None,
        details={name: value for name, value in details.items() if value},
    )
    writer.publish(SendNoticesV1(items=(notice,)))
