"""`GET /live`: a stream of server-sent events for a browser that is signed in."""

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from clientcomm_bus import RequestFailed
from clientcomm_contracts.faults import Refused, Unavailable
from clientcomm_gateway.adapters.live.hub import LiveHub
from clientcomm_gateway.adapters.live.streams import Stream, hello
from clientcomm_gateway.adapters.web.routing import Endpoint
from clientcomm_gateway.adapters.web.site import Site
from clientcomm_gateway.adapters.web.visits import visit_of

_KIND = "text/event-stream"
_HEADERS = {"X-Accel-Buffering": "no"}


def live_endpoint(site: Site, hub: LiveHub) -> Endpoint:
    """The stream; it keeps no session alive."""

    async def live(request: Request) -> Response:
        try:
            visit = await visit_of(request, site, is_by_hand=False)
            if visit is None:
                return PlainTextResponse("sign in first\n", 401)
            unread = (await visit.me()).unread_conversations
        except Refused:
            return PlainTextResponse("sign in first\n", 401)
        except (Unavailable, RequestFailed):
            return PlainTextResponse("later\n", 503, {"Retry-After": "2"})
        if request.method == "HEAD":
            return Response(media_type=_KIND)
        stream = Stream(visit.session, visit.account, visit.csrf_token, visit.language)
        if not hub.open(stream):
            return PlainTextResponse("enough streams\n", 429, {"Retry-After": "10"})
        return StreamingResponse(_events(hub, stream, unread), media_type=_KIND, headers=_HEADERS)

    return live


async def _events(hub: LiveHub, stream: Stream, unread: int) -> AsyncIterator[bytes]:
    try:
        async for event in stream.events(hello(unread)):
            yield event
    finally:
        hub.leave(stream)
