"""Use cases of gateway: one module each."""
