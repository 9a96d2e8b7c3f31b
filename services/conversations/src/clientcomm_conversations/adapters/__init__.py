"""How conversations meets the bus, HTTP, tables and files."""
