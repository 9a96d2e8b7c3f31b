"""Send the e-mail that has waited longest, and remember what became of it."""

from dataclasses import dataclass
from typing import Protocol

from clientcomm_contracts.notices import NoticeKind
from clientcomm_gateway.application.ports import Accounts
from clientcomm_gateway.domain.accounts import Account
from clientcomm_gateway.domain.mail import Letter, LetterRefused, Mail, PostAway


class MailOutbox(Protocol):
    """E-mails that wait."""

    async def lease(self) -> Mail | None:
        """The next one, held for a while against other processes."""
        ...

    async def sent(self, mail: Mail) -> None: ...
    async def again(self, mail: Mail, reason: str) -> None:
        """Later, or never if it was tried for long enough."""
        ...

    async def give_back(self, mail: Mail) -> None:
        """It was not tried."""
        ...

    async def give_up(self, mail: Mail, reason: str) -> None: ...


class LetterWriter(Protocol):
    """Words for an e-mail in the reader's language."""

    async def write(self, mail: Mail, account: Account) -> Letter: ...


class Post(Protocol):
    """The mail server. Raises PostAway and LetterRefused."""

    async def send(self, letter: Letter) -> None: ...


@dataclass(frozen=True, slots=True)
class SendMail:
    """One e-mail at a time; what is known to have gone is never sent again."""

    outbox: MailOutbox
    accounts: Accounts
    writer: LetterWriter
    post: Post

    async def __call__(self) -> bool:
        """Whether there was one. Raises PostAway while the mail server is."""
        mail = await self.outbox.lease()
        if mail is None:
            return False
        account = await self.accounts.by_id(mail.staff_id)
        if account is None:
            # A command may overtake the event that tells of the person.
            await self.outbox.again(mail, "nobody by this id yet")
        elif not account.is_active and mail.kind == NoticeKind.INVITED:
            # The same, of an account that begins again.
            await self.outbox.again(mail, "not active yet")
        elif not account.is_active:
            await self.outbox.give_up(mail, "no longer active")
        else:
            await self._send(mail, account)
        return True

    async def _send(self, mail: Mail, account: Account) -> None:
        letter = await self.writer.write(mail, account)
        try:
            await self.post.send(letter)
        except PostAway:
            await self.outbox.give_back(mail)
            raise
        except LetterRefused as refused:
            if refused.for_good:
                await self.outbox.give_up(mail, refused.reason)
            else:
                await self.outbox.again(mail, refused.reason)
        else:
            await self.outbox.sent(mail)
