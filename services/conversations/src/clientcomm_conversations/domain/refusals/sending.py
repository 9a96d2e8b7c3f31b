"""Why a text is not sent, in words for the person who wrote it."""

from collections.abc import Mapping
from datetime import datetime

from clientcomm_contracts.faults import Refused
from clientcomm_conversations.domain.failure_words import N_


def message_empty() -> Refused:
    """A text without words or picture (rule 3.1)."""
    return Refused("message_empty", N_("Write something before you send."), field="body")


def conversation_closed() -> Refused:
    """Nothing is sent in a closed conversation."""
    return Refused(
        "conversation_closed",
        N_("This conversation is closed. Open it again to send a text."),
        kind="conflict",
    )


def sender_blocked() -> Refused:
    """Nothing is sent to who was blocked as spam."""
    return Refused(
        "sender_blocked",
        N_("This sender is blocked as spam. Unblock it to send a text."),
        kind="conflict",
    )


def opted_out() -> Refused:
    """The number opted out of the department (rule 3.7)."""
    return Refused(
        "opted_out",
        N_("This phone has opted out of our texts. The client can text START to get them again."),
        kind="conflict",
    )


def no_number() -> Refused:
    """The client cannot be reached."""
    return Refused(
        "no_number",
        N_("The client has no number that works. Add one to send a text."),
        kind="conflict",
    )


def choose_number() -> Refused:
    """The client texted from a number given up; a person says where the answer goes (2.7c)."""
    return Refused(
        "choose_number",
        N_("The last text came from a number that the client gave up. Choose where to answer."),
        kind="conflict",
        field="to_number_id",
    )


def quiet_hours(until: datetime) -> Refused:
    """It is night for the client; a person is warned and may go on (rule 3.9)."""
    return Refused(
        "quiet_hours",
        N_(
            "It is late or early for the client. Send it again if it cannot wait, or send it later."
        ),
        kind="conflict",
        details={"until": until.isoformat()},
    )


def unknown_number() -> Refused:
    """The number chosen is not one of the client's."""
    return Refused(
        "unknown_number",
        N_("This number is not one of the client's. Choose another."),
        field="to_number_id",
    )


def not_a_phone() -> Refused:
    """The sender is a name or a short code."""
    return Refused(
        "not_a_phone",
        N_("This sender has no phone number, so it cannot be answered."),
        kind="conflict",
    )


def department_without_number() -> Refused:
    """There is no number to send from."""
    return Refused(
        "department_without_number",
        N_("The department has no number to send from. Tell your administrator."),
        kind="conflict",
    )


def not_to_be_sent_again() -> Refused:
    """*Send again* is for texts that did not arrive."""
    return Refused(
        "not_failed",
        N_("This text did not fail, so it is not sent again."),
        kind="conflict",
    )


def unknown_attachment() -> Refused:
    """An attachment that was not uploaded by the asker, or was sent already."""
    return Refused(
        "unknown_attachment",
        N_("A picture is missing. Attach it again."),
        field="attachment_ids",
    )


def nobody_to_text(left_out: Mapping[str, str]) -> Refused:
    """All who were chosen are left out."""
    return Refused(
        "nobody_to_text",
        N_("None of the chosen clients can get this text."),
        kind="conflict",
        field="conversation_ids",
        details={"skipped": dict(left_out)},
    )


def several_departments() -> Refused:
    """A mass message goes out from one department's number."""
    return Refused(
        "several_departments",
        N_("Choose clients of one department only; send another text to the others."),
        field="conversation_ids",
    )
