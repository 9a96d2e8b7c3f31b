"""A case manager asks for a colleague's client."""

from collections.abc import Mapping
from typing import Any

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.conversations.asking import AskForTransfer
from clientcomm_conversations.adapters.asking_tables import AskingTable
from clientcomm_conversations.adapters.handlers import Answer, Writers
from clientcomm_conversations.application.ask_for_transfer import ask_for_transfer
from clientcomm_persistence import Database, Transaction


def asking_handlers(database: Database, writers: Writers) -> Mapping[type[Request[Any]], Answer]:
    """What to do for the request."""

    async def ask(request: AskForTransfer) -> Reply:
        async def work(tx: Transaction) -> Reply:
            return await ask_for_transfer(writers.of(tx), AskingTable(tx), request)

        return await database.run(work)

    return {AskForTransfer: ask}
