"""Receipts for texts of ours, by their tokens."""

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from services.sms.tests.carrier_calls import Carrier, calling
from services.sms.tests.factories import a_text
from services.sms.tests.harness import Sms

from clientcomm_persistence import Transaction
from clientcomm_sms.adapters.webhooks.storing import StoreRequests
from clientcomm_sms.domain.receipts import Receipt

pytestmark = pytest.mark.integration


async def test_a_receipt_of_ours_comes_by_its_token_before_the_answer(
    sms: Sms, carrier: Carrier
) -> None:
    text = a_text()
    await sms.accept(text)
    (attempt,) = (await sms.claim()).attempts

    answer = await carrier.status(attempt.token.hex, "SM5", "delivered")

    assert answer.status_code == 204
    assert await sms.reports(text.message_id) == [("delivered", 2)]


async def test_a_receipt_for_nobody_is_kept_in_the_log(sms: Sms, carrier: Carrier) -> None:
    answer = await carrier.status(uuid4().hex, "SM404", "delivered")

    assert answer.status_code == 204
    kept = await sms.execute("SELECT sid, status FROM callback_log")
    assert [tuple(row) for row in kept] == [("SM404", "delivered")]


async def cannot_apply(_tx: Transaction, _receipts: Sequence[Receipt]) -> None:
    raise RuntimeError


async def test_receipts_that_cannot_be_applied_are_kept_raw(sms: Sms, tmp_path: Path) -> None:
    store = StoreRequests(sms.database, sms.requests, cannot_apply, wake=lambda: None)
    async with calling(store, tmp_path / "raw") as carrier:
        answer = await carrier.status(uuid4().hex, "SM1", "sent")
    await sms.processing.process_all()

    assert answer.status_code == 204
    kept = await sms.execute("SELECT sid FROM callback_log")
    assert kept.scalars().all() == ["SM1"]
