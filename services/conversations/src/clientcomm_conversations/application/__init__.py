"""Use cases of conversations: one module each."""
