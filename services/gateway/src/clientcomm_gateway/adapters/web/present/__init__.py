"""Turns what owners answer into what pages show."""
