"""What a contract prints of itself holds nothing personal."""

from uuid import uuid4

import pytest
from pydantic import ValidationError

from clientcomm_contracts.contract import Unparsable
from clientcomm_contracts.conversations.commands import DueOccurrence
from clientcomm_contracts.conversations.events import HeldRole
from clientcomm_contracts.sms import InboundMedia


def an_occurrence() -> DueOccurrence:
    return DueOccurrence.model_validate(
        {
            "occurrence_id": uuid4(),
            "conversation_id": uuid4(),
            "staff_id": uuid4(),
            "body": "Court at nine",
            "due_at": "2026-11-22T10:00:00Z",
        }
    )


def test_repr_shows_ids_and_times_but_no_text() -> None:
    occurrence = an_occurrence()

    assert str(occurrence.occurrence_id) in repr(occurrence)
    assert "Court" not in repr(occurrence)
    assert "Court" not in str(occurrence)


def test_an_unreadable_body_is_named_by_field_not_by_value() -> None:
    with pytest.raises(Unparsable) as caught:
        InboundMedia.read(b'{"id": "not-an-id-but-a-secret", "content_type": "x", "position": 1}')

    assert "id" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_publishers_are_strict_and_consumers_ignore_what_they_do_not_know() -> None:
    assert HeldRole.read(b'{"role": "auditor", "new_field": 1}').role == "auditor"
    with pytest.raises(ValidationError):
        HeldRole.model_validate({"role": "auditor", "new_field": 1})
