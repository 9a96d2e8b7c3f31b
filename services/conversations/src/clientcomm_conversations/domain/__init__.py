"""Rules and state machines of conversations: pure, no framework."""
