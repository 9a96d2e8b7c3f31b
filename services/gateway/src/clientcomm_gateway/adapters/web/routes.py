"""Every page and what answers it."""

from functools import partial

from starlette.routing import BaseRoute, Route

from clientcomm_gateway.adapters.web.pages import (
    asking,
    attachments,
    caseload,
    caseloads,
    clients,
    colleague_coverage,
    conversations,
    coverage,
    departments,
    links,
    live_regions,
    mass_messages,
    messages,
    scheduled_messages,
    search,
    set_up,
    settings,
    sign_in,
    staff,
    staff_deactivation,
    transcripts,
)
from clientcomm_gateway.adapters.web.routes_identity import DONE, SHOWN
from clientcomm_gateway.adapters.web.routing import Act, Pages, Show
from clientcomm_gateway.adapters.web.site import Site
from clientcomm_gateway.domain.mail import LinkKind

_CONVERSATION = "/conversations/{conversation_id}"
_SCHEDULED = f"{_CONVERSATION}/scheduled-messages"
_UNDERTAKINGS = (caseloads.TRANSFER, caseloads.CLOSING)

_SHOWN: tuple[tuple[str, Show], ...] = (
    ("/", conversations.home),
    ("/conversations", conversations.show_list),
    (_CONVERSATION, conversations.show_conversation),
    (f"{_SCHEDULED}/new", scheduled_messages.show_new),
    (f"{_SCHEDULED}/{{scheduled_id}}", scheduled_messages.show),
    (f"{_CONVERSATION}/transcript", transcripts.show),
    (f"{_CONVERSATION}/transcript.txt", transcripts.show_text),
    ("/clients/new", clients.show_new),
    ("/clients/{client_id}", clients.show),
    ("/clients/{client_id}/edit", clients.show_edit),
    *SHOWN,
    ("/mass-messages/new", mass_messages.show_new),
    ("/mass-messages/{mass_message_id}", mass_messages.show),
    ("/attachments/{attachment_id}", attachments.show),
    ("/search", search.show),
    ("/coverage", coverage.show),
    ("/coverage/colleague", colleague_coverage.show),
    ("/settings", settings.show),
    ("/departments", departments.show_list),
    ("/departments/new", departments.show_new),
    ("/departments/{department_id}", departments.show),
    ("/departments/{department_id}/close", departments.show_close),
    ("/set-up/test-text", set_up.show_test_text),
    ("/staff", staff.show_list),
    ("/staff/new", staff.show_new),
    ("/staff/{staff_id}", staff.show),
    ("/staff/{staff_id}/deactivate", staff_deactivation.show),
    (f"{_CONVERSATION}/transfer", caseload.show_transfer),
    (f"{_CONVERSATION}/close", caseload.show_close),
    (f"{_CONVERSATION}/labels", caseload.show_labels),
    *((f"{one.root}/new", partial(caseloads.show_new, what=one)) for one in _UNDERTAKINGS),
)

_SHOWN_TO_SCRIPTS: tuple[tuple[str, Show], ...] = (
    ("/live/regions", live_regions.live_regions),
    ("/mass-messages/{mass_message_id}/progress", mass_messages.show_progress),
)

_DONE: tuple[tuple[str, Act], ...] = (
    ("/sign-out", sign_in.sign_out),
    (f"{_CONVERSATION}/messages", messages.send),
    (f"{_CONVERSATION}/messages/{{message_id}}/resend", messages.resend),
    (f"{_CONVERSATION}/read", messages.mark_read),
    (f"{_CONVERSATION}/unread", messages.mark_unread),
    (f"{_CONVERSATION}/assign", messages.assign),
    (_SCHEDULED, scheduled_messages.create),
    (f"{_SCHEDULED}/new", scheduled_messages.draft),
    (f"{_SCHEDULED}/{{scheduled_id}}", scheduled_messages.save),
    (f"{_SCHEDULED}/{{scheduled_id}}/cancel", scheduled_messages.cancel),
    ("/clients/new", clients.add),
    ("/clients/ask-for-transfer", asking.ask),
    ("/clients/{client_id}/edit", clients.save),
    *DONE,
    ("/mass-messages/edit", mass_messages.edit),
    ("/mass-messages/preview", mass_messages.preview),
    ("/mass-messages", mass_messages.send),
    ("/mass-messages/{mass_message_id}/stop", mass_messages.stop),
    ("/departments/new", departments.add),
    ("/departments/{department_id}", departments.save),
    ("/departments/{department_id}/number", departments.change_number),
    ("/departments/{department_id}/lists/{which}", departments.save_list),
    ("/departments/{department_id}/close", departments.close),
    ("/set-up/test-text", set_up.send_test_text),
    ("/staff/new", staff.invite),
    ("/staff/{staff_id}", staff.save),
    ("/staff/{staff_id}/link", staff.send_link),
    ("/staff/{staff_id}/reactivate", staff_deactivation.reactivate),
    ("/staff/{staff_id}/deactivate", staff_deactivation.deactivate),
    ("/coverage", coverage.begin),
    ("/coverage/colleague", colleague_coverage.begin),
    ("/coverage/{coverage_id}/end", coverage.end),
    ("/settings/password", settings.change_password),
    ("/settings/language", settings.set_language),
    ("/settings/sessions/end", settings.end_other_sessions),
    ("/settings/sessions/{session_id}/end", settings.end_session),
    (f"{_CONVERSATION}/labels", caseload.set_labels),
    (f"{_CONVERSATION}/transfer", caseload.transfer),
    (f"{_CONVERSATION}/close", caseload.close),
    (f"{_CONVERSATION}/reopen", caseload.reopen),
    *((f"{one.root}/edit", partial(caseloads.edit, what=one)) for one in _UNDERTAKINGS),
    *((f"{one.root}/preview", partial(caseloads.preview, what=one)) for one in _UNDERTAKINGS),
    *((one.root, partial(caseloads.carry_out, what=one)) for one in _UNDERTAKINGS),
)


def page_routes(site: Site, pages: Pages) -> list[BaseRoute]:
    """All pages; one address has one route, whatever its methods."""
    show_sign_in, do_sign_in = sign_in.sign_in_endpoints(site)
    return [
        Route("/sign-in", show_sign_in, methods=["GET"]),
        Route("/sign-in", do_sign_in, methods=["POST"]),
        *_link_routes(site),
        *(Route(path, pages.act(act), methods=["POST"]) for path, act in _DONE),
        *(Route(path, pages.show(show), methods=["GET"]) for path, show in _SHOWN),
        *(
            Route(path, pages.show(show, is_by_hand=False), methods=["GET"])
            for path, show in _SHOWN_TO_SCRIPTS
        ),
    ]


def _link_routes(site: Site) -> list[BaseRoute]:
    """For who is not signed in, and cannot be yet."""
    pairs = (
        ("/invitation/{secret}", links.link_endpoints(site, LinkKind.INVITATION)),
        ("/password-reset/{secret}", links.link_endpoints(site, LinkKind.PASSWORD_RESET)),
        ("/password-reset", links.forgotten_endpoints(site)),
        ("/set-up", set_up.set_up_endpoints(site)),
    )
    return [
        route
        for path, both in pairs
        for route in (
            Route(path, both.show, methods=["GET"]),
            Route(path, both.use, methods=["POST"]),
        )
    ]
