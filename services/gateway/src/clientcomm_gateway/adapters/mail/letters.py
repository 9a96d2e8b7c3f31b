"""Writes letters: plain text in the reader's language, with a link into the pages."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from clientcomm_contracts.notices import NoticeKind
from clientcomm_gateway.adapters.mail.wording import sentences, words_of
from clientcomm_gateway.adapters.web.rendering import Renderer
from clientcomm_gateway.application.ports import Clock
from clientcomm_gateway.domain.accounts import Account
from clientcomm_gateway.domain.mail import Letter, LinkKind, Mail
from clientcomm_gateway.domain.words import N_

_FOOT = N_("ClientComm sent this because of your work with clients. Answers are not read.")
_PATHS = {LinkKind.INVITATION: "/invitation", LinkKind.PASSWORD_RESET: "/password-reset"}

_PLACES: dict[str, str] = {
    NoticeKind.QUARANTINED: "/quarantine",
    NoticeKind.COVERED: "/coverage",
}


class Links(Protocol):
    """One-time links."""

    async def make(self, mail: Mail, kind: LinkKind) -> str:
        """The secret of the link that this e-mail carries; the same if it is sent again."""
        ...


@dataclass(frozen=True, slots=True)
class Writer:
    """`application.send_mail.LetterWriter`."""

    renderer: Renderer
    links: Links
    origin_url: str
    clock: Clock

    async def write(self, mail: Mail, account: Account) -> Letter:
        """The letter for one reader."""
        language = self.renderer.language_of(account.language)
        speech = self.renderer.speech(language, self.clock.now())
        words = words_of(mail.kind, mail.details)
        link = f"{speech.say(words.invitation)}\n{self.origin_url}{await self._path(mail)}"
        parts = [*sentences(words, mail.details, speech), link, "-- \n" + speech.say(_FOOT)]
        return Letter(
            mail_id=mail.id,
            to=account.email,
            subject=speech.say(words.subject),
            body="\n\n".join(parts) + "\n",
            language=language,
        )

    async def _path(self, mail: Mail) -> str:
        kind = _link_kind(mail.kind)
        if kind is not None:
            return f"{_PATHS[kind]}/{await self.links.make(mail, kind)}"
        if mail.conversation_id is None:
            return _PLACES.get(mail.kind, "/conversations")
        here = f"/conversations/{mail.conversation_id}"
        if mail.kind != NoticeKind.TRANSFER_ASKED:
            return here
        asked_by = mail.details.get("by_id", "")
        return f"{here}/transfer" + (f"?staff_id={quote(asked_by)}" if asked_by else "")


def _link_kind(kind: str) -> LinkKind | None:
    if kind == NoticeKind.INVITED:
        return LinkKind.INVITATION
    return LinkKind.PASSWORD_RESET if kind == LinkKind.PASSWORD_RESET else None
