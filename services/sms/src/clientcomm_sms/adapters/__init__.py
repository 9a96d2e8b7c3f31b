"""How sms meets the bus, HTTP, tables and files."""
