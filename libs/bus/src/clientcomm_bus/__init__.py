"""Contracts onto and off RabbitMQ."""
