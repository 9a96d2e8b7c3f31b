"""Web pages, REST API, sign-in, audit, live updates."""
