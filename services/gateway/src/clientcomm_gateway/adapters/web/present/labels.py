"""Statuses, categories and outcomes as pages show them, and who is due (rule 2.12)."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

from clientcomm_contracts.conversations.labels import FollowUpView, OfferedLabel
from clientcomm_contracts.conversations.views import ConversationRow, LabelView
from clientcomm_gateway.adapters.web.views import Choice, FollowUpBanner, LabelMark


def label_marks(row: ConversationRow) -> tuple[LabelMark, ...]:
    """The labels of a conversation."""
    labels = (("status", row.status), ("category", row.category))
    return tuple(_mark(kind, label) for kind, label in labels if label is not None)


def label_choices(
    labels: Iterable[OfferedLabel], chosen: str = "", *, names: Mapping[UUID, str] | None = None
) -> tuple[Choice, ...]:
    """Labels to choose from; with `names`, each after the name of its department."""
    return tuple(
        Choice(str(one.id), _named(one, names or {}), str(one.id) == chosen) for one in labels
    )


def outcome_choices(outcomes: Sequence[OfferedLabel], chosen: str = "") -> tuple[Choice, ...]:
    """Outcomes with the department's default chosen beforehand."""
    usual = next((str(one.id) for one in outcomes if one.is_default), "")
    return label_choices(outcomes, chosen or usual)


def follow_up_banner(follow_up: FollowUpView) -> FollowUpBanner:
    """Leads to a mass message with exactly those who are due chosen, and to the list of them."""
    due = {"box": "mine", "due": "1", "status": str(follow_up.status.id)}
    chosen = urlencode({"due_status": str(follow_up.status.id), **due})
    return FollowUpBanner(
        label=follow_up.status.label,
        due=follow_up.due,
        message_href=f"/mass-messages/new?{chosen}",
        list_href=f"/conversations?{urlencode(due)}",
    )


def _mark(kind: str, label: LabelView) -> LabelMark:
    return LabelMark(kind, label.label, label.colour)


def _named(label: OfferedLabel, names: Mapping[UUID, str]) -> str:
    if label.department_id not in names:
        return label.label
    return f"{names[label.department_id]}: {label.label}"
