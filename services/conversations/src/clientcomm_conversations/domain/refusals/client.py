"""What is refused about clients and their numbers, in words for the person who asked."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from clientcomm_contracts.faults import Refused
from clientcomm_conversations.domain.failure_words import N_
from clientcomm_conversations.domain.phone_numbers import NumberFault


def last_name_missing() -> Refused:
    """A client needs a last name (rule 2.1)."""
    return Refused("last_name_missing", N_("Type the client's last name."), field="last_name")


def time_zone_unknown() -> Refused:
    """Not a name of the IANA database."""
    return Refused("time_zone_unknown", N_("Choose a time zone from the list."), field="time_zone")


def department_missing() -> Refused:
    """The asker may add clients in several departments, or in none."""
    return Refused(
        "department_missing",
        N_("Choose the department that the client belongs to."),
        field="department_id",
    )


def unusable_number(fault: NumberFault) -> Refused:
    """A number that cannot receive texts (rule 2.3)."""
    sentence = {
        NumberFault.INVALID: N_("This is not a phone number. Check the digits."),
        NumberFault.SHORT: N_("This number is too short for texts. Type it with its area code."),
    }[fault]
    return Refused(fault.value, sentence, field="phone")


def number_of_department() -> Refused:
    """Texts to it would come back to the organisation itself."""
    return Refused(
        "number_of_department",
        N_("This is the number of a department. Type the client's own number."),
        field="phone",
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


def number_shared(clients: Sequence[Mapping[str, str]]) -> Refused:
    """Several clients have this number (rule 2.6)."""
    return Refused(
        "number_shared",
        N_("Several clients have this number. Choose one, or say that this is another person."),
        kind="conflict",
        details={"clients": [dict(client) for client in clients]},
    )


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


def known_in_my_department(
    conversation_id: UUID, client: Mapping[str, str], whose: Mapping[str, str] | None
) -> Refused:
    """My department has this client, closed or unassigned (rule 2.4)."""
    return Refused(
        "known_in_my_department",
        N_("Your department has this client already. Confirm to open it as yours."),
        kind="conflict",
        details={
            "conversation_id": str(conversation_id),
            "client": dict(client),
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
