"""Live updates: from events on the bus to fragments in open pages."""
