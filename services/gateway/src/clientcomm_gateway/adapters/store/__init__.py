"""The gateway's own rows in PostgreSQL."""
