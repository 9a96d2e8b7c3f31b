"""One transaction with its outbox and its inbox."""
