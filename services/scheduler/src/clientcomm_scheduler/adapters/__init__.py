"""How scheduler meets the bus, HTTP, tables and files."""
