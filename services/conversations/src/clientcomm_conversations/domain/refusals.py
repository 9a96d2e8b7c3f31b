"""What conversations refuses, by name and in words for the person who asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from clientcomm_contracts.faults import Refused
from clientcomm_conversations.domain.failure_words import N_
from clientcomm_conversations.domain.phone_numbers import NumberFault


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


def unusable_number(fault: NumberFault) -> Refused:
    """A number that cannot receive texts (rule 2.3)."""
    sentence = {
        NumberFault.INVALID: N_("This is not a phone number. Check the digits."),
        NumberFault.SHORT: N_("This number is too short for texts. Type it with its area code."),
    }[fault]
    return Refused(fault.value, sentence, field="phone")


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


def not_in_inbox() -> Refused:
    """Only a conversation of the unassigned inbox is assigned; others are transferred."""
    return Refused(
        "not_in_inbox",
        N_("This conversation has a case manager already."),
        kind="conflict",
    )


def not_a_case_manager() -> Refused:
    """The receiver cannot have a caseload in this department."""
    return Refused(
        "not_a_case_manager",
        N_("Choose an active case manager of this department."),
        field="staff_id",
    )


def department_missing() -> Refused:
    """The asker may add clients in several departments, or in none."""
    return Refused(
        "department_missing",
        N_("Choose the department that the client belongs to."),
        field="department_id",
    )


def last_name_missing() -> Refused:
    """A client needs a last name (rule 2.1)."""
    return Refused("last_name_missing", N_("Type the client's last name."), field="last_name")


def time_zone_unknown() -> Refused:
    """Not a name of the IANA database."""
    return Refused("time_zone_unknown", N_("Choose a time zone from the list."), field="time_zone")


def assigned_to_colleague(staff: Mapping[str, str], client_id: UUID) -> Refused:
    """A colleague of my department has this client (rule 2.4)."""
    return Refused(
        "assigned_to_colleague",
        N_(
            "A colleague has this client. Ask them for a transfer, or say that the phone is shared."
        ),
        kind="conflict",
        details={"staff": dict(staff), "client_id": str(client_id)},
    )


def known_in_my_department(conversation_id: UUID, whose: Mapping[str, str] | None) -> Refused:
    """My department has this client, closed or unassigned (rule 2.4)."""
    return Refused(
        "known_in_my_department",
        N_("Your department has this client already. Confirm to open it as yours."),
        kind="conflict",
        details={
            "conversation_id": str(conversation_id),
            "whose": dict(whose) if whose else None,
        },
    )


def known_in_other_department(client: Mapping[str, str]) -> Refused:
    """Only other departments have this client (rule 2.4)."""
    return Refused(
        "known_in_other_department",
        N_("Another department has a client with this number. Is this the same person?"),
        kind="conflict",
        details={"client": dict(client)},
    )


def number_shared(clients: Sequence[Mapping[str, str]]) -> Refused:
    """Several clients have this number (rule 2.6)."""
    return Refused(
        "number_shared",
        N_("Several clients have this number. Choose one, or say that this is another person."),
        kind="conflict",
        details={"clients": [dict(client) for client in clients]},
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


def same_client() -> Refused:
    """A client cannot be merged with themselves, nor twice (rule 2.5)."""
    return Refused(
        "same_client",
        N_("These are one client already. Choose another one."),
        kind="conflict",
        field="absorb_id",
    )


def merge_needs_organisation(departments: Sequence[str]) -> Refused:
    """Another department has conversations with both clients (rule 2.5)."""
    return Refused(
        "merge_needs_organisation",
        N_(
            "Another department has conversations with both clients, so only a supervisor of the"
            " whole organisation can merge them."
        ),
        kind="conflict",
        details={"departments": list(departments)},
    )


def name_of_neither() -> Refused:
    """The name to keep must be one of the two."""
    return Refused("name_of_neither", N_("Choose one of the two names."), field="name_from")


def number_of_neither() -> Refused:
    """The number to keep must be a current one of the two clients."""
    return Refused(
        "number_of_neither",
        N_("Choose a number that one of the two has now."),
        field="primary_number_id",
    )


def search_too_common() -> Refused:
    """Words that are in every text find everything, which is nothing."""
    return Refused(
        "search_too_common",
        N_("These words are in almost every text. Search for a rarer one."),
        field="q",
    )


def number_known() -> Refused:
    """The client has this number already."""
    return Refused(
        "number_known",
        N_("The client has this number already."),
        kind="conflict",
        field="phone",
    )


def not_a_current_number() -> Refused:
    """Only a number that the client has now can be changed or given up."""
    return Refused(
        "not_a_current_number",
        N_("The client does not have this number any more. Look at the numbers again."),
        kind="conflict",
        field="number_id",
    )


def a_client_is_no_spam() -> Refused:
    """Only unknown senders are blocked as spam (rule 2.8)."""
    return Refused(
        "not_a_stranger",
        N_("This is a client's conversation. Only unknown senders can be blocked as spam."),
        kind="conflict",
    )


def nobody_shares_the_phone() -> Refused:
    """There is no other client to whom the text could go (rule 2.6)."""
    return Refused(
        "nobody_shares_the_phone",
        N_("No other client of the department has this number, so the text stays here."),
        kind="conflict",
    )


def choose_client(clients: Sequence[Mapping[str, str]]) -> Refused:
    """Several others have the number (rule 2.6)."""
    return Refused(
        "choose_client",
        N_("Several clients share this phone. Choose whose text this is."),
        kind="conflict",
        field="client_id",
        details={"clients": [dict(client) for client in clients]},
    )
