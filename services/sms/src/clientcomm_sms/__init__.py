"""The carrier: send queue, attempts, receipts, inbound texts, webhooks."""
