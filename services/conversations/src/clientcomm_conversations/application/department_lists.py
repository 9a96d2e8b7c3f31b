"""What may stand in a department's lists of statuses, categories and outcomes (2.11, 2.12)."""

from collections.abc import Callable, Sequence
from uuid import UUID

from clientcomm_contracts.conversations.departments import DepartmentLabel, DepartmentList
from clientcomm_conversations.domain.names import one_line
from clientcomm_conversations.domain.refusals import department as refusals


def checked_labels(
    which: DepartmentList,
    wanted: Sequence[DepartmentLabel],
    known: Sequence[DepartmentLabel],
    *,
    new_id: Callable[[], UUID],
) -> Sequence[DepartmentLabel]:
    """The list with an id for each entry; a name that was there before gets its old entry back."""
    by_name = {label.label.casefold(): label.id for label in known}
    ids = {label.id for label in known}
    labels: list[DepartmentLabel] = []
    for label in wanted:
        name = one_line(label.label)
        if label.id is not None and label.id not in ids:
            raise refusals.label_unknown()
        if not name and label.label.strip():
            raise refusals.label_unseen()
        if not name:
            continue
        own_id = label.id or by_name.get(name.casefold()) or new_id()
        labels.append(label.model_copy(update={"id": own_id, "label": name}))
    _check_names(labels, known)
    return _with_one_default(labels) if which is DepartmentList.OUTCOMES else labels


def _check_names(labels: Sequence[DepartmentLabel], known: Sequence[DepartmentLabel]) -> None:
    """Each name once, those included that are offered no more."""
    chosen = {label.id for label in labels}
    left = [label for label in known if label.id not in chosen]
    names = [label.label.casefold() for label in (*labels, *left)]
    if len(names) > len(set(names)) or len(chosen) < len(labels):
        raise refusals.label_repeated()


def _with_one_default(labels: Sequence[DepartmentLabel]) -> Sequence[DepartmentLabel]:
    offered = [label for label in labels if label.is_offered]
    if not offered:
        raise refusals.outcome_missing()
    default = next((label for label in offered if label.is_default), offered[0])
    return [label.model_copy(update={"is_default": label.id == default.id}) for label in labels]
