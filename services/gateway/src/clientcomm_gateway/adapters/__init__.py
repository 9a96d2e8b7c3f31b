"""How gateway meets the bus, HTTP, tables and files."""
