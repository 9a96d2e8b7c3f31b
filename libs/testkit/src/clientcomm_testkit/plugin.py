"""The pytest plug-in: fixtures for real servers and page rules."""
