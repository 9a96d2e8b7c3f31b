"""Being a well-behaved process: settings, logging, lifecycle, health, metrics."""
