"""What the gateway asks about who stands in for whom."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from clientcomm_contracts.contract import Reply, Request
from clientcomm_contracts.conversations.coverage import EndCoverage, ListCoverage, SetCoverage
from clientcomm_conversations.adapters.coverage_tables import CoverageTables
from clientcomm_conversations.adapters.handlers import Answer, Writers
from clientcomm_conversations.application.cover_for import end_coverage, set_coverage
from clientcomm_conversations.application.covering import CoverageStore
from clientcomm_conversations.application.list_coverage import list_coverage
from clientcomm_conversations.application.writing import Writer
from clientcomm_persistence import Database, Transaction

Q = TypeVar("Q", bound=Request[Any])


def coverage_handlers(database: Database, writers: Writers) -> Mapping[type[Request[Any]], Answer]:
    """What to do for each request."""

    def answering(use_case: Callable[[Writer, CoverageStore, Q], Awaitable[Reply]]) -> Answer:
        async def answer(request: Q) -> Reply:
            async def work(tx: Transaction) -> Reply:
                return await use_case(writers.of(tx), CoverageTables(tx), request)

            return await database.run(work)

        return answer

    return {
        ListCoverage: answering(list_coverage),
        SetCoverage: answering(set_coverage),
        EndCoverage: answering(end_coverage),
    }
