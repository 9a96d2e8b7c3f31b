"""What a carrier does: one use case per module."""
