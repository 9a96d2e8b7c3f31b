"""Rules and state machines of sms: pure, no framework."""
