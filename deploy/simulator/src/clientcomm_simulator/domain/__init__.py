"""What a carrier is, without any input or output."""
