"""Pytest plug-in: real PostgreSQL and RabbitMQ, probes, page rules."""
