"""How the carrier is reached, and how it reaches others."""
