"""Questions to the tables: set-based, one round trip each."""
