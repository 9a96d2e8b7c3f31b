"""Who can fetch which route about a case manager's client: a route without a row fails a test.

Each row: the case manager whose client it is, a colleague, the front desk, the supervisor, the
administrator of the organisation, the auditor; then a case manager and the supervisor of another
department. `y` shown, `-` not found, `x` not allowed, `>` led elsewhere.

What a POST may do is decided by the owners of the data, whose requests have tables of their own
(services/conversations/tests/permission_rows.py and scheduler's test_request_permissions.py).
"""

READS = "y--y-y--"
SEES = "y--yyy--"
CHANGES = "y--yxx--"
TRANSFERS = "y--yyx--"
# An administrator does not learn of it, being told no text.
SCHEDULES = "y--y-x--"
ATTACHES = "x--xxx--"
OWN_EXPORT = "y-------"
QUARANTINE = "---yy--y"
ADMINISTERS = "----y---"
SETTINGS = "xxxxyx--"
EVERYONE = "yyyyyyyy"
NOBODY_NOW = "--------"
ELSEWHERE = ">>>>>>>>"

_CLIENT = "/clients/{client_id}"
_CONVERSATION = "/conversations/{conversation_id}"

ROWS: dict[str, tuple[str, ...]] = {
    READS: (
        "/attachments/{attachment_id}",
        f"{_CONVERSATION}/transcript",
        f"{_CONVERSATION}/transcript.txt",
        "/mass-messages/{mass_message_id}",
        "/mass-messages/{mass_message_id}/progress",
        f"/api/v1{_CONVERSATION}/messages",
        "/api/v1/messages/{message_id}",
        "/api/v1/attachments/{attachment_id}",
        "/api/v1/scheduled-messages",
        "/api/v1/scheduled-messages/{scheduled_message_id}",
        "/api/v1/mass-messages/{mass_message_id}",
        # Searching within one conversation.
        "/api/v1/search",
        "/api/v1/messages",
    ),
    # An administrator sees that it exists and how it stands, and no text (rule 1.1).
    SEES: (
        _CLIENT,
        _CONVERSATION,
        f"/api/v1{_CLIENT}",
        f"/api/v1{_CLIENT}/earlier-texts",
        f"/api/v1{_CLIENT}/history",
        f"/api/v1{_CONVERSATION}",
    ),
    # Forms whose sending would be refused are not shown either.
    CHANGES: (
        f"{_CLIENT}/edit",
        f"{_CLIENT}/merge",
        f"{_CLIENT}/numbers/new",
        f"{_CLIENT}/numbers/{{number_id}}",
        f"{_CONVERSATION}/close",
        f"{_CONVERSATION}/labels",
        f"/api/v1{_CLIENT}/merge",
        f"/api/v1{_CLIENT}/numbers/{{number_id}}/end",
    ),
    TRANSFERS: (f"{_CONVERSATION}/transfer",),
    SCHEDULES: (
        f"{_CONVERSATION}/scheduled-messages/new",
        f"{_CONVERSATION}/scheduled-messages/{{scheduled_id}}",
    ),
    "yyyyxxyy": ("/clients/new",),
    "yyxyyxyy": ("/transfers/new",),
    "yyxyxxyy": ("/closings/new", "/mass-messages/new"),
    # Only a stranger's conversation is attached; this one is a client's.
    ATTACHES: (f"{_CONVERSATION}/attach", f"/api/v1{_CONVERSATION}/suggested-clients"),
    OWN_EXPORT: ("/api/v1/exports/{export_id}", "/api/v1/exports/{export_id}/file"),
    QUARANTINE: ("/quarantine", "/api/v1/quarantine", "/coverage/colleague"),
    ADMINISTERS: (
        "/set-up/test-text",
        "/departments",
        "/departments/new",
        "/departments/{department_id}",
        "/departments/{department_id}/close",
        "/staff",
        "/staff/new",
        "/staff/{staff_id}",
        "/staff/{staff_id}/deactivate",
        "/api/v1/staff/{staff_id}",
        "/api/v1/staff/{staff_id}/caseload",
    ),
    SETTINGS: (
        "/api/v1/departments/{department_id}",
        "/api/v1/departments/{department_id}/closing",
    ),
    # What is in them is scoped by the owners; the canary looks at that.
    EVERYONE: (
        "/conversations",
        "/coverage",
        "/live/regions",
        "/password-reset",
        "/search",
        "/settings",
        "/api/v1/me",
        "/api/v1/departments",
        "/api/v1/staff",
        "/api/v1/clients",
        "/api/v1/conversations",
        "/api/v1/coverage",
        "/api/v1/labels",
    ),
    NOBODY_NOW: (
        "/invitation/{secret}",
        "/password-reset/{secret}",
        "/set-up",
    ),
    ELSEWHERE: ("/", "/sign-in"),
}
EXPECTED = {route: row for row, routes in ROWS.items() for route in routes}
OPEN = (
    "/sign-in", "/set-up", "/password-reset", "/password-reset/{secret}", "/invitation/{secret}",
)  # fmt: skip
"""Without signing in; the last three and the set-up tell nothing either."""
