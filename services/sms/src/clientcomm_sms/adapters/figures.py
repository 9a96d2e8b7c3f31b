"""Figures of the send queue for the operations page."""

from sqlalchemy import text

from clientcomm_contracts.people import Asker
from clientcomm_contracts.sms import NumberHealth
from clientcomm_persistence import Transaction

_NUMBERS = text("""
    SELECT n.department_id, n.value, coalesce(b.segments_per_second, 1) AS rate,
        h.last_success_at, w.waiting, w.oldest, u.unknown
    FROM department_number n
    LEFT JOIN number_bucket b ON b.number = n.value
    LEFT JOIN number_health h ON h.number = n.value
    CROSS JOIN LATERAL (
        SELECT count(*) AS waiting, min(t.written_at) AS oldest FROM outgoing_text t
        WHERE t.number_from = n.value AND t.state = 'queued') w
    CROSS JOIN LATERAL (
        SELECT count(*) AS unknown FROM outgoing_text t
        WHERE t.number_from = n.value AND t.state = 'unknown') u
    ORDER BY n.value
""")

_ASKER = text("SELECT is_active, is_administrator, is_supervisor FROM staff WHERE id = :id")


class QueueFigures:
    """Waiting, rate and health of each number."""

    async def numbers(self, tx: Transaction) -> list[NumberHealth]:
        """One entry per number of a department."""
        return [
            NumberHealth(
                department_id=row.department_id,
                number=row.value,
                waiting=row.waiting,
                oldest_waiting_at=row.oldest,
                segments_per_second=row.rate,
                last_success_at=row.last_success_at,
                unknown=row.unknown,
            )
            for row in await tx.execute(_NUMBERS)
        ]


class StaffRights:
    """What the directory knows of who asks."""

    async def is_administrator(self, tx: Transaction, asker: Asker) -> bool:
        """An active administrator."""
        row = (await tx.execute(_ASKER, {"id": asker.staff_id})).one_or_none()
        return row is not None and bool(row.is_active and row.is_administrator)

    async def oversees(self, tx: Transaction, asker: Asker) -> bool:
        """An active administrator or supervisor."""
        row = (await tx.execute(_ASKER, {"id": asker.staff_id})).one_or_none()
        return row is not None and bool(
            row.is_active and (row.is_administrator or row.is_supervisor)
        )
