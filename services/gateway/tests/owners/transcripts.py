"""The owner of transcripts in memory."""

from zoneinfo import ZoneInfo

from services.gateway.tests.owners.seeing import SeeingOwners
from services.gateway.tests.world import NOW

from clientcomm_contracts.conversations.views import MessageView
from clientcomm_contracts.export import GetTranscript, TranscriptItem, TranscriptReply
from clientcomm_contracts.values import Action, Direction, TranscriptFormat


class TranscriptOwners(SeeingOwners):
    """Does what a grant allows."""

    def on_get_transcript(self, request: GetTranscript) -> TranscriptReply:
        self._check(request.grant, Action.EXPORT, request.conversation_id)
        talk = self.world.talks[request.conversation_id]
        texts = [item for item in talk.items if isinstance(item, MessageView)]
        is_text = request.format is TranscriptFormat.TEXT
        return TranscriptReply(
            title=request.title,
            time_zone=request.time_zone,
            exported_at=NOW,
            exported_by=request.grant.staff_name,
            complete_up_to=self.world.transcripts_complete_up_to,
            items=() if is_text else tuple(map(_transcript_item, texts)),
            text="\n".join(item.body for item in texts) if is_text else None,
        )


def _transcript_item(item: MessageView) -> TranscriptItem:
    return TranscriptItem(
        kind="message",
        id=item.id,
        at=item.at,
        local_time=item.at.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M"),
        direction=Direction(item.direction),
        who=item.staff.full_name if item.staff else "",
        number_from=item.number_from,
        number_to=item.number_to,
        body=item.body,
        state=item.state,
        state_in_words=item.state.value,
    )
