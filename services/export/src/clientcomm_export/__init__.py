"""Journal of facts, transcripts, subscriptions."""
