"""A department as small as it can be where one asks another for something."""

from typing import Self

from services.conversations.tests.scenes import Place, Scene, Thread
from services.conversations.tests.writings import Writing

from clientcomm_contracts.notices import Notice, SendNoticesV1
from clientcomm_contracts.people import Asker
from clientcomm_contracts.values import Role


class SmallOffice:
    """Ana has a client; Ben is her colleague, Sue supervises."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.writing = Writing(scene)

    @classmethod
    async def opened(cls, scene: Scene) -> Self:
        made = cls(scene)
        await made.open()
        return made

    async def open(self) -> None:
        self.here: Place = await self.scene.department("Pretrial")
        self.ana: Asker = await self.scene.staff("Ana", (Role.CASE_MANAGER, self.here))
        self.ben: Asker = await self.scene.staff("Ben", (Role.CASE_MANAGER, self.here))
        self.sue: Asker = await self.scene.staff("Sue", (Role.SUPERVISOR, self.here))
        self.thread: Thread = await self.scene.thread(self.here, self.ana)

    async def notices(self) -> list[Notice]:
        """All e-mails so far."""
        return [one for sent in await self.writing.told(SendNoticesV1) for one in sent.items]
