"""Use cases of sms: one module each."""
