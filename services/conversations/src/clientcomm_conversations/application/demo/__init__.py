"""Tells the demo's made-up history through the same rules that real texts go by."""
