"""How export meets the bus, HTTP, tables and files."""
