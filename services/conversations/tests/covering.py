"""A department where somebody is away, and what tests of covering ask and look at there."""

from datetime import timedelta
from typing import Any

from services.conversations.tests.scenes import NOON
from services.conversations.tests.small_office import SmallOffice
from services.conversations.tests.writings import a_text

from clientcomm_contracts.conversations.coverage import (
    CoveragesReply,
    CoverageView,
    ListCoverage,
    SetCoverage,
)
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Author, Role

DAY = timedelta(days=1)


class CoveredOffice(SmallOffice):
    """Ana is away; Ben could cover, Ada administers."""

    async def open(self) -> None:
        await super().open()
        self.chief: Asker = await self.scene.staff("Ada", (Role.ADMINISTRATOR, None))

    async def away(self, asker: Asker | None = None, **more: Any) -> CoverageView:
        """Ana says that she is away, or another says it of her."""
        given: dict[str, Any] = {"covered_by": self.ben.staff_id, "until": NOON + DAY, **more}
        if asker is not None:
            given.setdefault("staff_id", self.ana.staff_id)
        request = SetCoverage(asker=asker or self.ana, **given)
        view: CoverageView = (await self.writing.order(request)).coverage
        return view

    async def listed(self, asker: Asker) -> CoveragesReply:
        reply: CoveragesReply = await self.writing.order(ListCoverage(asker=asker))
        return reply

    async def hear(self, body: str = "hello", **more: Any) -> list[Any]:
        """A client texts; returns the replies that went out by themselves so far."""
        now = self.scene.clock.now()
        await self.writing.deliver(a_text(self.here, self.thread.number, body, at=now, **more))
        return await self.replies()

    async def replies(self) -> list[Any]:
        return list(
            await self.writing.rows(
                "select body, at from message where author = :author order by at",
                author=Author.AUTOMATIC.value,
            )
        )
