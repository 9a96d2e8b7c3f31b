"""What every request meets first: addresses, limits, headers, correlation."""
