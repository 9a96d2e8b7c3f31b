"""The pytest plug-in: real PostgreSQL and RabbitMQ, the whole stack, and rules for pages."""

pytest_plugins = ["clientcomm_testkit.server_fixtures"]
