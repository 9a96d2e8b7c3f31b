"""Pages on whose texts these are: numbers, merges, unknown senders, shared phones."""

from clientcomm_gateway.adapters.web.pages import inbox, merging, numbers, quarantine
from clientcomm_gateway.adapters.web.routing import Act, Show

_CLIENT = "/clients/{client_id}"
_CONVERSATION = "/conversations/{conversation_id}"

SHOWN: tuple[tuple[str, Show], ...] = (
    (f"{_CLIENT}/merge", merging.show),
    (f"{_CLIENT}/numbers/new", numbers.show_new),
    (f"{_CLIENT}/numbers/{{number_id}}", numbers.show),
    (f"{_CONVERSATION}/attach", inbox.show_attach),
    ("/quarantine", quarantine.show),
)

DONE: tuple[tuple[str, Act], ...] = (
    (f"{_CLIENT}/merge", merging.merge),
    (f"{_CLIENT}/numbers/new", numbers.add),
    (f"{_CLIENT}/numbers/{{number_id}}", numbers.save),
    (f"{_CLIENT}/numbers/{{number_id}}/end", numbers.end),
    (f"{_CONVERSATION}/attach", inbox.attach),
    ("/quarantine/{text_id}/assign", quarantine.assign),
    ("/quarantine/{text_id}/file", quarantine.file),
    (f"{_CONVERSATION}/block", inbox.block),
    (f"{_CONVERSATION}/unblock", inbox.unblock),
    (f"{_CONVERSATION}/messages/{{message_id}}/refile", inbox.refile),
)
