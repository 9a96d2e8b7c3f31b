"""Departments, staff, clients, conversations, messages, consent."""
