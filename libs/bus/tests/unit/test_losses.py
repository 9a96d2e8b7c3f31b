import asyncio

import aiormq
import pytest

from clientcomm_bus.losses import loss_is_unavailable
from clientcomm_contracts.faults import Unavailable


async def test_a_cancellation_that_nobody_asked_for_is_a_lost_connection() -> None:
    with pytest.raises(Unavailable), loss_is_unavailable():
        raise asyncio.CancelledError


async def test_a_true_cancellation_stays_one() -> None:
    async def wait() -> None:
        with loss_is_unavailable():
            await asyncio.sleep(60)

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    "error",
    [
        aiormq.exceptions.ChannelInvalidStateError(),
        aiormq.exceptions.AMQPConnectionError(),
        ConnectionResetError(),
        TimeoutError(),
    ],
)
async def test_what_the_client_raises_on_loss_is_unavailable(error: Exception) -> None:
    with pytest.raises(Unavailable), loss_is_unavailable():
        raise error


async def test_other_errors_pass() -> None:
    with pytest.raises(ValueError, match="mine"), loss_is_unavailable():
        raise ValueError("mine")
