"""Statuses and categories of the demo's departments, and which conversation has which."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from clientcomm_conversations.application.demo.stage import Kept

Row = Mapping[str, Any]

_STATUSES = (
    ("Doing well", "#2e8540", 30),
    ("Court ahead", "#0d7ea2", 21),
    ("Needs support", "#b50909", 14),
)
_CATEGORIES = (("New case", "#c2850c"), ("Specialty court", "#8168b3"))
_WITHOUT_STATUS = 1
_ONE_STAR_IN = 4


@dataclass(frozen=True, slots=True)
class DemoLabels:
    """Labels by department, in the order of their lists."""

    departments: Sequence[UUID]

    def statuses(self) -> Iterator[Row]:
        """Rows of `status`."""
        for department_id in self.departments:
            for place, (name, colour, days) in enumerate(_STATUSES):
                row = _label(department_id, name, colour, place)
                yield {**row, "follow_up_days": days}

    def categories(self) -> Iterator[Row]:
        """Rows of `category`."""
        for department_id in self.departments:
            for place, (name, colour) in enumerate(_CATEGORIES):
                yield _label(department_id, name, colour, place)

    def of(self, all_kept: Iterable[Kept]) -> Mapping[UUID, Row]:
        """Labels by conversation; unknown senders have none, nor has every client."""
        labels: dict[UUID, Row] = {}
        for number, kept in enumerate(all_kept):
            thread, is_client = kept.story.thread, kept.client_id is not None
            status = number % (len(_STATUSES) + _WITHOUT_STATUS)
            star = number % (len(_CATEGORIES) * _ONE_STAR_IN)
            has_status = is_client and status < len(_STATUSES)
            has_star = is_client and star < len(_CATEGORIES)
            labels[thread.id] = {
                "status_id": _id(thread.department_id, _STATUSES[status][0])
                if has_status
                else None,
                "category_id": _id(thread.department_id, _CATEGORIES[star][0])
                if has_star
                else None,
            }
        return labels


def _label(department_id: UUID, name: str, colour: str, place: int) -> dict[str, Any]:
    return {
        "id": _id(department_id, name),
        "department_id": department_id,
        "name": name,
        "colour": colour,
        "place": place,
    }


def _id(department_id: UUID, name: str) -> UUID:
    return uuid5(department_id, name)
