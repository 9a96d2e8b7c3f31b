"""E-mail to staff: words, letters, and the way to the mail server."""
