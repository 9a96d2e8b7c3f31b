"""Rules and state machines of gateway: pure, no framework."""
