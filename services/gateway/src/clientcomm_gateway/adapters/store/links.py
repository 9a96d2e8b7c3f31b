"""One-time links that e-mails carry (rule 1.4); only hashes of their secrets are kept."""

from sqlalchemy.dialects.postgresql import insert

from clientcomm_gateway.adapters.store.statements import change
from clientcomm_gateway.adapters.store.tables import one_time_link
from clientcomm_gateway.application.ports import Clock
from clientcomm_gateway.domain.mail import LinkKind, Mail
from clientcomm_gateway.domain.secrets import digest, signature
from clientcomm_persistence import Database


class PostgresLinks:
    """Makes links; a link lasts from the moment when its e-mail leaves."""

    def __init__(self, database: Database, clock: Clock, secret_key: str) -> None:
        self._database = database
        self._clock = clock
        self._secret_key = secret_key

    async def make(self, mail: Mail, kind: LinkKind) -> str:
        """The secret of this e-mail's link, computed so that no table holds it."""
        secret = signature(self._secret_key, f"link {kind.value}", mail.id.bytes)
        now = self._clock.now()
        fresh = insert(one_time_link).values(
            token_hash=digest(secret),
            staff_id=mail.staff_id,
            kind=kind.value,
            made_at=now,
            expires_at=now + kind.lasts,
        )
        again = fresh.on_conflict_do_update(
            index_elements=["token_hash"], set_={"expires_at": fresh.excluded.expires_at}
        )
        await change(self._database, again)
        return secret
