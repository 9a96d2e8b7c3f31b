"""Use cases of scheduler: one module each."""
