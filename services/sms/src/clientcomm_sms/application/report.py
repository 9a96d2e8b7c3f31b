"""Write moves and tell the other services of them, in one transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from clientcomm_chassis import new_id
from clientcomm_contracts.contract import Message
from clientcomm_contracts.sms import TextReport, TextsReportedV1
from clientcomm_persistence import Transaction
from clientcomm_sms.application.stores import TextStates
from clientcomm_sms.domain.texts import Move, Standing

_MOST = 100


async def move_and_report(
    tx: Transaction,
    states: TextStates,
    moves: Iterable[tuple[Standing, Move | None]],
    *,
    now: datetime,
    cause: Message | None = None,
) -> int:
    """Apply what may move; returns how many texts moved."""
    moving = [(standing, move) for standing, move in moves if move is not None]
    await states.move(tx, [move for _, move in moving], now)
    reports = [_report(standing, move, now) for standing, move in moving if move.is_reported]
    for items in _packs(reports):
        tx.publish(
            TextsReportedV1(aggregate_id=new_id(), sequence=1, occurred_at=now, items=items),
            cause=cause,
        )
    return len(moving)


def _report(standing: Standing, move: Move, now: datetime) -> TextReport:
    return TextReport(
        message_id=standing.message_id,
        conversation_id=standing.conversation_id,
        department_id=standing.department_id,
        version=standing.version + 1,
        state=move.reported,
        at=now,
        error_code=move.error_code,
        segments=move.segments,
        number_to=standing.number_to,
        correlation_id=standing.correlation_id,
    )


def _packs(reports: Sequence[TextReport]) -> Iterable[tuple[TextReport, ...]]:
    for start in range(0, len(reports), _MOST):
        yield tuple(reports[start : start + _MOST])
