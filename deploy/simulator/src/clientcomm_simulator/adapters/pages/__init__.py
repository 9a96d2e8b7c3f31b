"""The pages people look at: phones and mailbox."""
