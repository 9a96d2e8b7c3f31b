"""The carrier's programming interface over HTTP."""
