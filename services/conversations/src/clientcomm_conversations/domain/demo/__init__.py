"""A made-up organisation with some weeks of history, for trying ClientComm out."""
