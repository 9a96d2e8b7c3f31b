"""Changes to the tables: set-based, in few round trips."""
