"""What the carrier calls: signed requests, durable before they are answered."""
