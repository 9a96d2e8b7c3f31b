"""The audit log's writer; its role can insert into the log and do nothing else with it."""

from datetime import datetime

from sqlalchemy import insert

from clientcomm_contracts.correlation import correlation_id
from clientcomm_gateway.adapters.store.statements import change
from clientcomm_gateway.adapters.store.tables import audit_entry
from clientcomm_gateway.application.ports import Clock
from clientcomm_gateway.domain.audit import AuditEntry
from clientcomm_persistence import Database


class PostgresAudit:
    """`application.ports.Audit` on PostgreSQL."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def record(self, *entries: AuditEntry) -> None:
        """Write the entries; what they tell of must not be answered before this returns."""
        if not entries:
            return
        now = self._clock.now()
        rows = [_row(entry, now) for entry in entries]
        await change(self._database, insert(audit_entry), rows)


def _row(entry: AuditEntry, now: datetime) -> dict[str, object]:
    return {
        "at": now,
        "deed": entry.deed.value,
        "staff_id": entry.staff_id,
        "token_id": entry.token_id,
        "subject_ids": list(entry.subject_ids),
        "address": entry.address,
        "correlation_id": correlation_id(),
        "details": dict(entry.details),
    }
