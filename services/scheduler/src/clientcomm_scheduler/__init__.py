"""Everything that happens later."""
