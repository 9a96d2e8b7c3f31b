"""A figure of the requests that were made durable and could not be understood."""

from clientcomm_chassis import gauge
from clientcomm_persistence import Database
from clientcomm_sms.adapters.webhooks.request_table import RequestTable

_set_aside = gauge("webhooks_set_aside", "Stored requests that were tried and not understood yet")


class WatchRequests:
    """One look; the loop of `Rounds` calls it again and again."""

    def __init__(self, database: Database, table: RequestTable) -> None:
        self._database = database
        self._table = table

    async def __call__(self) -> bool:
        """Count; there is never more to do at once."""
        _set_aside.set(await self._database.run(self._table.set_aside))
        return False
