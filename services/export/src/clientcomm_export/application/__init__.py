"""Use cases of export: one module each."""
