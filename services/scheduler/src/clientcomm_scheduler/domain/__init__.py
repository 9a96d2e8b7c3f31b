"""Rules and state machines of scheduler: pure, no framework."""
