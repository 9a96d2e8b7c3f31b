"""Give a sid to the text that is proven to have it, and take it from one that only adopted it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from clientcomm_persistence import Transaction
from clientcomm_sms.application.stores import ReceiptLog, TextStates
from clientcomm_sms.domain.states import uncertain_again
from clientcomm_sms.domain.texts import Move, Standing


async def lock_and_take_back(
    tx: Transaction,
    states: TextStates,
    log: ReceiptLog,
    *,
    message_ids: Iterable[UUID],
    proofs: Mapping[UUID, str],
    now: datetime,
) -> tuple[list[Standing], list[tuple[Standing, Move | None]]]:
    """Lock texts; `proofs` are sids by token, from the carrier's answers and its receipts.

    Adopting is a guess, the token is not. Returns the locked texts, and apart from them those that
    lost a sid, with their moves.
    """
    adopters = await log.adopters(tx, proofs) if proofs else {}
    locked = await states.lock(tx, [*message_ids, *adopters])
    if adopters:
        await log.disown(tx, proofs)
    lost = {
        s.message_id
        for s in locked
        if s.message_id in adopters and s.sid == adopters[s.message_id] and s.token not in proofs
    }
    return (
        [s for s in locked if s.message_id not in lost],
        [(s, uncertain_again(s, now)) for s in locked if s.message_id in lost],
    )
