"""Events of conversations as arrays of columns."""

from collections.abc import Sequence

from clientcomm_contracts.conversations.events import (
    ClientChangedV1,
    ConversationChangedV1,
    DepartmentChangedV1,
)
from clientcomm_scheduler.domain.quiet_hours import read_quiet_hours

Arrays = dict[str, list[object]]


def department_arrays(events: Sequence[DepartmentChangedV1]) -> Arrays:
    """One array per column of `department`."""
    quiet = [read_quiet_hours(one.quiet_hours.starts, one.quiet_hours.ends) for one in events]
    return {
        "ids": [event.aggregate_id for event in events],
        "sequences": [event.sequence for event in events],
        "time_zones": [event.time_zone for event in events],
        "starts": [hours.starts for hours in quiet],
        "ends": [hours.ends for hours in quiet],
        "closed": [event.is_closed for event in events],
    }


def client_arrays(events: Sequence[ClientChangedV1]) -> Arrays:
    """One array per column of `client`."""
    return {
        "ids": [event.aggregate_id for event in events],
        "sequences": [event.sequence for event in events],
        "time_zones": [event.time_zone for event in events],
        "languages": [event.language for event in events],
        "id_numbers": [event.id_number for event in events],
        "merged": [event.merged_into for event in events],
    }


def conversation_arrays(events: Sequence[ConversationChangedV1]) -> Arrays:
    """One array per column of `conversation` that events tell."""
    return {
        "ids": [event.aggregate_id for event in events],
        "sequences": [event.sequence for event in events],
        "departments": [event.department_id for event in events],
        "clients": [event.client_id for event in events],
        "assigned": [event.assigned_to for event in events],
        "states": [event.state.value for event in events],
    }
