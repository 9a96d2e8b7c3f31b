"""Rules and state machines of export: pure, no framework."""
