"""REST API v1: bearer tokens, JSON, problem details."""
