"""The bytes of an attachment, for who may read its conversation."""

from urllib.parse import quote

from starlette.responses import Response

from clientcomm_contracts.conversations.reading import AttachmentReply, GetAttachment
from clientcomm_contracts.faults import not_found
from clientcomm_gateway.adapters.web.forms import id_of
from clientcomm_gateway.adapters.web.visits import Visit
from clientcomm_gateway.domain.audit import Deed

_SHOWN = ("image/jpeg", "image/png", "image/gif", "image/webp")
_SAVED = "application/octet-stream"
KINDS = (*_SHOWN, _SAVED)
_SANDBOX = "default-src 'none'; sandbox"


async def show(visit: Visit) -> Response:
    """Pictures are shown, everything else is saved."""
    attachment_id = id_of(visit.request.path_params["attachment_id"])
    if attachment_id is None:
        raise not_found("attachment")
    question = GetAttachment(asker=visit.asker, attachment_id=attachment_id)
    found = await visit.ask(question)
    content = await visit.site.objects.read(found.object_key)
    if content is None:
        raise not_found("attachment")
    await visit.note_deed(Deed.ATTACHMENT_READ, attachment_id, found.conversation_id)
    return attachment_answer(found, content)


def attachment_answer(found: AttachmentReply, content: bytes) -> Response:
    """Bytes that came from outside, in an answer that can do no harm."""
    is_shown = found.content_type in _SHOWN
    kind = found.content_type if is_shown else _SAVED
    place = "inline" if is_shown else "attachment"
    name = quote(found.file_name or "attachment", safe="")
    headers = {
        "Content-Disposition": f"{place}; filename*=UTF-8''{name}",
        "Content-Security-Policy": _SANDBOX,
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=kind, headers=headers)
