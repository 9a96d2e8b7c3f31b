"""What services say to each other: messages and topology as data."""
