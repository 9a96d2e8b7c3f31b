"""The fact that a client changed, with their whole state."""

from datetime import datetime
from uuid import UUID

from clientcomm_contracts.conversations.events import ClientChangedV1, DatedNumber
from clientcomm_conversations.domain.client import Client


def client_changed(
    client: Client, *, now: datetime, merged_into: UUID | None = None
) -> ClientChangedV1:
    """The client as they are now; their sequence was moved on before."""
    return ClientChangedV1(
        aggregate_id=client.id,
        sequence=client.sequence,
        occurred_at=now,
        first_name=client.first_name,
        last_name=client.last_name,
        language=client.language,
        time_zone=client.time_zone,
        id_number=client.id_number,
        numbers=tuple(
            DatedNumber(
                id=number.id,
                value=number.value,
                label=number.label,
                since=number.since,
                until=number.until,
                is_primary=number.is_primary,
                is_wrong=number.is_wrong,
            )
            for number in client.numbers
        ),
        merged_into=merged_into,
    )
